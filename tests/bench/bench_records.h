// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

#include "telemetry/core/records.h"

namespace wattline::bench {

inline constexpr std::uint32_t kRanks = 64;  ///< of the data that every benchmark uses

/// Step records as a training of kRanks ranks makes them, with every field measured and noise down
/// to the last bit of each mantissa, so that nothing compresses by luck. Seeded: the same numbers
/// each time. Threads: one owner.
class RecordSource {
public:
    explicit RecordSource(std::uint64_t seed = 1) : m_random(seed) {}

    /// The record of `rank` for `step` (from 1): steps of about 100 ms, a falling loss.
    [[nodiscard]] StepRecord step(std::uint32_t rank, std::uint64_t step);

private:
    double noise();  ///< -1 .. 1

    std::mt19937_64 m_random;
};

}  // namespace wattline::bench
