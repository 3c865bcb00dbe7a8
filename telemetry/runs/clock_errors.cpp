// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/clock_errors.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

/// Times of a host that has been up for 63 years, and UTC until 2096: more is nonsense, and could
/// not be subtracted without overflow.
constexpr std::int64_t kMaxNs = 4'000'000'000'000'000'000;

/// A frame's host is what it says; whoever makes hosts up must not fill the memory.
constexpr std::size_t kMaxHosts = 65'536;

bool isTime(std::int64_t ns) noexcept {
    return ns >= 0 && ns <= kMaxNs;
}

}  // namespace

void ClockErrors::saw(const wire::ClockReading& reading) {
    if (!isTime(reading.mono_ns) || !isTime(reading.realtime_ns) || !isTime(reading.error_ns))
        return;
    if (m_hosts.size() >= kMaxHosts && !m_hosts.contains(reading.boot_id)) return;
    auto& host = m_hosts[reading.boot_id];
    const auto offset = reading.realtime_ns - reading.mono_ns;
    if (!host.has_offset) host.first_offset_ns = offset;
    host.has_offset = true;
    host.drift_ns = std::max(host.drift_ns, std::abs(offset - host.first_offset_ns));
    host.reading_ns = std::max(host.reading_ns, reading.error_ns);
}

void ClockErrors::sawStep(const std::string& boot_id, double end_s, double reference_s) {
    auto& host = m_hosts[boot_id];
    host.step_sum_s += end_s - reference_s;
    ++host.steps;
}

double ClockErrors::errorS(const std::string& boot_id) const {
    const auto it = m_hosts.find(boot_id);
    if (it == m_hosts.end()) return 0.0;
    const auto& host = it->second;
    const double between =
        host.steps > 0 ? std::abs(host.step_sum_s) / static_cast<double>(host.steps) : 0.0;
    return between + static_cast<double>(host.drift_ns + host.reading_ns) / kNanosPerSecond;
}

}  // namespace wattline
