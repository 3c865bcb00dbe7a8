// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/series.h"
#include "telemetry/store/column_table.h"

namespace wattline {

/// A monotone map from one axis to another, known at points and straight between them: places a
/// rank's rows on the axes of its run. Outside of its points nothing has a place.
class AxisMap {
public:
    AxisMap() = default;
    AxisMap(std::vector<double> the_from, std::vector<double> the_to)
        : from(std::move(the_from)), to(std::move(the_to)) {}

    std::vector<double> from, to;  ///< neither decreases; as many of both

    [[nodiscard]] bool covers(double x) const noexcept {
        return !from.empty() && x >= from.front() && x <= from.back();
    }
    /// x lies inside. O(1) for the next x in ascending order, else O(log points).
    [[nodiscard]] double operator()(double x) const noexcept;

private:
    mutable std::size_t m_right = 1;  ///< point behind the last x that was asked for
};

/// One stream of a table, seen through one of its axes.
struct StreamAxis {
    std::uint32_t stream = 0;
    std::size_t axis = 0;
};

struct RowRange {
    std::int64_t first = 0, last = 0;  ///< rows [first, last)
};

/// First row whose place is not less than `x` (`after`: greater); rows without a place come before
/// all others. One read of 16 numbers a level.
[[nodiscard]] Result<std::int64_t> findRow(const ColumnTable& table, StreamAxis where, double x,
                                           bool after);

/// What pixels are laid over: [from, to] of an axis in `columns` equal parts.
struct PixelGrid {
    double from = 0.0, to = 0.0;
    int columns = 1;
};
/// The grid and the rows that a query means; the whole range when it does not say one.
struct QueryRange {
    PixelGrid grid;
    RowRange rows;
};
[[nodiscard]] Result<QueryRange> rangeOf(const ColumnTable& table, StreamAxis where,
                                         const SeriesQuery& query);

/// Folds rows into pixel columns and appends these to `out` (series.h says what comes out). Reads
/// one level, whose nodes are 1.5 to 12 a pixel, in a few large pieces, and lower ones at the edges
/// and where a node is wider than a pixel. A node lies in the pixel of its first row, so that each
/// row counts once: extremes are exact and shift by less than a pixel. `map` leads from the axis to
/// that of the grid; null: they are the same.
[[nodiscard]] Result<void> foldRows(const ColumnTable& table, StreamAxis where, std::size_t value,
                                    RowRange rows, const PixelGrid& grid, const AxisMap* map,
                                    SeriesColumns& out);

/// All of it for a table that has the query's axis itself.
[[nodiscard]] Result<SeriesColumns> queryColumn(const ColumnTable& table, StreamAxis where,
                                                std::size_t value, const SeriesQuery& query);

}  // namespace wattline
