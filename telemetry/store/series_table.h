// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/series.h"

namespace wattline {

/// An append-only table of doubles with one row per point: the six axes first (in the order of
/// Axis), then the value columns. Each value column has levels of {min, max, sum, count} over
/// blocks of 8, 64, ... rows, so a query costs what its pixels cost. A value that is not finite is
/// a gap. Axes never decrease: a smaller value or a NaN (energy not known yet) repeats the last
/// known one; rows before the first known value do not exist on that axis. Persisted as one file of
/// fixed-size rows under series/, always rebuildable from the journal. Threads: one writer; not
/// shared.
class SeriesTable {
public:
    explicit SeriesTable(std::vector<std::string> value_columns);
    ~SeriesTable();
    SeriesTable(SeriesTable&&) noexcept;
    SeriesTable& operator=(SeriesTable&&) noexcept;

    void append(std::span<const double, kAxisCount> axes, std::span<const double> values);
    [[nodiscard]] std::int64_t rows() const noexcept;
    [[nodiscard]] const std::vector<std::string>& columns() const noexcept;
    [[nodiscard]] double axis(std::int64_t row, Axis axis) const noexcept;
    [[nodiscard]] double value(std::int64_t row, std::size_t column) const noexcept;
    /// At most `query.columns` points; exact extremes. A range of no more rows than that comes back
    /// row by row; else each pixel column of [from, to] that has rows gives one point, at the axis
    /// value of its middle row. A column (or row) with nothing but gaps comes back as NaN, so that
    /// a line breaks there. query.run and query.series are ignored.
    [[nodiscard]] SeriesColumns query(std::size_t column, const SeriesQuery& query) const;

    /// Appends the rows added since this table's last save or load of `file`; anything else that
    /// lies there is replaced as a whole, so that a reader never sees two tables mixed.
    [[nodiscard]] Result<void> save(const std::filesystem::path& file);
    /// Refuses what is no table or a newer version with a sentence; a torn last row is left out.
    [[nodiscard]] static Result<SeriesTable> load(const std::filesystem::path& file);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
