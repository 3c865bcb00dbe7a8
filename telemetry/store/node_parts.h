// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "telemetry/store/table_shape.h"

/// A value column's nodes in memory, and how eight become one. NaN: a gap, or nothing but gaps.
/// Threads: any; all functions are pure but for put().
namespace wattline {

inline constexpr std::size_t kNodeChildren = kLevelFactor;

/// Eight neighbours of level 0 as one node.
struct Reduced {
    double min = std::numeric_limits<double>::quiet_NaN();
    double max = std::numeric_limits<double>::quiet_NaN();
    double sum = 0.0;
    std::uint32_t count = 0;
};

inline Reduced reduceRows(const double* values) noexcept {
    double min = values[0], max = values[0], sum = values[0];
    for (std::size_t i = 1; i < kNodeChildren; ++i) {
        min = values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
        sum += values[i];
    }
    if (!std::isnan(sum)) return {min, max, sum, kNodeChildren};
    Reduced out;
    for (std::size_t i = 0; i < kNodeChildren; ++i) {
        if (std::isnan(values[i])) continue;
        out.min = out.count == 0 ? values[i] : std::min(out.min, values[i]);
        out.max = out.count == 0 ? values[i] : std::max(out.max, values[i]);
        out.sum += values[i];
        ++out.count;
    }
    return out;
}

/// Where the four parts of a value column lie in a slot of level 1 and above.
struct Parts {
    Parts(double* column, std::int64_t nodes)
        : min(column), max(min + nodes), sum(max + nodes), count(sum + nodes) {}
    double *min, *max, *sum, *count;  ///< count: u32, two in a double

    [[nodiscard]] std::uint32_t countAt(std::size_t i) const noexcept {
        std::uint32_t out = 0;
        std::memcpy(&out, reinterpret_cast<const std::byte*>(count) + i * sizeof out, sizeof out);
        return out;
    }
    void put(std::size_t i, const Reduced& node) const noexcept {
        min[i] = node.min;
        max[i] = node.max;
        sum[i] = node.sum;
        std::memcpy(reinterpret_cast<std::byte*>(count) + i * sizeof node.count, &node.count,
                    sizeof node.count);
    }
};

inline Reduced reduceNodes(const Parts& parts, std::size_t first) noexcept {
    Reduced out;
    for (std::size_t i = first; i < first + kNodeChildren; ++i) {
        const auto count = parts.countAt(i);
        if (count == 0) continue;
        out.min = out.count == 0 ? parts.min[i] : std::min(out.min, parts.min[i]);
        out.max = out.count == 0 ? parts.max[i] : std::max(out.max, parts.max[i]);
        out.sum += parts.sum[i];
        out.count += count;
    }
    return out;
}

}  // namespace wattline
