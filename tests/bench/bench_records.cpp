// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_records.h"

#include <cmath>

namespace wattline::bench {
namespace {

constexpr double kStepNs = 100e6;
constexpr std::uint64_t kStepsPerEpoch = 1000;
constexpr std::uint32_t kSamples = 32;
/// Shares of a step in the order of Phase; what is left is bookkeeping.
constexpr std::array<double, kPhaseCount> kShares{0.04, 0.30, 0.50, 0.10, 0.05};

}  // namespace

double RecordSource::noise() {
    return std::uniform_real_distribution<double>(-1.0, 1.0)(m_random);
}

StepRecord RecordSource::step(std::uint32_t rank, std::uint64_t step) {
    const auto at = static_cast<double>(step);
    StepRecord record;
    record.step = step;
    record.samples = kSamples;
    record.epoch = static_cast<std::uint32_t>(1 + (step - 1) / kStepsPerEpoch);
    record.end_ns = static_cast<std::int64_t>(at * kStepNs + 1e6 * rank + 2e6 * noise());
    record.loss = 2.3 / std::sqrt(1.0 + at / 500.0) * (1.0 + 0.05 * noise());
    record.learning_rate = 0.1 * (1.0 + 1e-9 * noise());
    record.duration_ns = static_cast<std::int64_t>(kStepNs * (1.0 + 0.02 * noise()));
    for (std::size_t i = 0; i < kPhaseCount; ++i)
        record.phase_ns[i] =
            static_cast<std::int64_t>(kStepNs * kShares[i] * (1.0 + 0.05 * noise()));
    return record;
}

}  // namespace wattline::bench
