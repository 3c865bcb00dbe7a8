// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace wattline::trainer {

/// Where one parameter lies in its bucket, in floats.
struct BucketSlot {
    std::size_t parameter = 0, offset = 0, size = 0;
};

struct Bucket {
    std::vector<BucketSlot> slots;
    std::size_t floats = 0;  ///< with padding between slots, without the tail
};

struct BucketLimits {
    std::size_t first_floats = (std::size_t{1} << 20) / sizeof(float);  ///< small: starts early
    std::size_t floats = (std::size_t{25} << 20) / sizeof(float);
};

/// Each slot starts at a multiple of this, as vector instructions like it.
inline constexpr std::size_t kSlotAlignment = 16;

/// Cuts parameters, given by their sizes in the model's order, into buckets in reverse order: the
/// order in which backward finishes gradients. A bucket closes once it holds its limit, so each has
/// at least one parameter and no parameter is split. Pure; the same on every rank.
[[nodiscard]] std::vector<Bucket> planBuckets(std::span<const std::size_t> sizes,
                                              const BucketLimits& limits);

}  // namespace wattline::trainer
