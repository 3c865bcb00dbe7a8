// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace wattline {

/// What a stretch of rows holds: extremes, sum and number of its values. Gaps (NaN) count nothing.
struct ValueBlock {
    double min = std::numeric_limits<double>::infinity();
    double max = -std::numeric_limits<double>::infinity();
    double sum = 0.0;
    std::int64_t count = 0;

    void add(double value) noexcept;
    void add(const ValueBlock& other) noexcept;
};

/// One column of values with blocks over 8, 64, 512, ... rows, kept up to date on every append, so
/// that the extremes of any stretch of rows cost O(log rows).
///
///   rows     |0 1 2 3 4 5 6 7|8 9 ...
///   level 0  |      [0]      |  [1]  ...      one block for 8 rows
///   level 1  |      [0] over 64 rows ...
///
/// Threads: one writer; not shared.
class ValueLevels {
public:
    /// Anything that is not finite is stored as NaN: a gap.
    void append(double value);
    [[nodiscard]] std::int64_t rows() const noexcept;
    [[nodiscard]] double at(std::int64_t row) const noexcept;
    /// Exact over rows [first, last).
    [[nodiscard]] ValueBlock over(std::int64_t first, std::int64_t last) const noexcept;
    /// Values (rows that are no gap) in the whole column.
    [[nodiscard]] std::int64_t values() const noexcept { return m_values; }

private:
    std::vector<double> m_rows;
    std::vector<std::vector<ValueBlock>> m_levels;
    std::int64_t m_values = 0;
};

}  // namespace wattline
