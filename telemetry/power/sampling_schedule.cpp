// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/sampling_schedule.h"

#include <algorithm>

namespace wattline {
namespace {

/// After a longer stop (the process was suspended) the walk starts anew.
constexpr std::int64_t kForgetPeriods = 1000;

/// SplitMix64 (Steele, Lea, Flood 2014), as a number in [0, 1).
double uniform(std::uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15ULL;
    auto z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

}  // namespace

SamplingSchedule::SamplingSchedule(std::int64_t start_ns, std::int64_t period_ns, double jitter,
                                   std::uint64_t seed) noexcept
    : m_deadline_ns(start_ns), m_period_ns(std::max<std::int64_t>(1, period_ns)),
      m_jitter(std::clamp(jitter, 0.0, 0.5)), m_state(seed) {}

std::int64_t SamplingSchedule::step() noexcept {
    const double factor = 1.0 + m_jitter * (2.0 * uniform(m_state) - 1.0);
    return std::max<std::int64_t>(
        1, static_cast<std::int64_t>(static_cast<double>(m_period_ns) * factor));
}

std::int64_t SamplingSchedule::next(std::int64_t now_ns) noexcept {
    if (now_ns - m_deadline_ns > kForgetPeriods * m_period_ns) m_deadline_ns = now_ns;
    do
        m_deadline_ns += step();
    while (m_deadline_ns <= now_ns);
    return m_deadline_ns;
}

void SamplingSchedule::setPeriod(std::int64_t period_ns) noexcept {
    m_period_ns = std::max<std::int64_t>(1, period_ns);
}

}  // namespace wattline
