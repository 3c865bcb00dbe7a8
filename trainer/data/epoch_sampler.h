// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace wattline::trainer {

/// How a training set is cut into global batches and those into ranks' micro-batches.
struct BatchShape {
    std::int64_t samples = 0;  ///< of the training set
    std::int64_t lbs = 1;
    std::int64_t ranks = 1;
    std::int64_t accumulation = 1;

    [[nodiscard]] std::int64_t gbs() const { return lbs * ranks * accumulation; }
    /// The last, incomplete global batch of an epoch is dropped.
    [[nodiscard]] std::int64_t stepsPerEpoch() const { return samples / gbs(); }
};

/// The order of an epoch's samples: a permutation that is a function of (seed, epoch) alone, so
/// that any number of ranks with the same global batch sees the same samples in the same steps.
[[nodiscard]] std::vector<std::int64_t> epochOrder(std::uint64_t seed, std::uint64_t epoch,
                                                   std::int64_t samples);

/// The indices of one micro-batch: of the global batch `step` (from 0 in its epoch) a rank takes
/// every ranks-th sample, and the micro-step its share of those.
[[nodiscard]] std::vector<std::int64_t> microBatch(const std::vector<std::int64_t>& order,
                                                   const BatchShape& shape, std::int64_t step,
                                                   std::int64_t micro, std::int64_t rank);

}  // namespace wattline::trainer
