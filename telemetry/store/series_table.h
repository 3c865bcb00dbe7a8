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
/// blocks of 8, 64, ... rows, so a query costs what its pixels cost. NaN is a gap. Axes never
/// decrease; a NaN on an axis (energy not known yet) repeats the last known value. Persisted as one
/// file of fixed-size rows under series/, always rebuildable from the journal. Threads: one writer;
/// not shared.
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
    /// At most `query.columns` pixel columns; exact extremes. query.run and query.series are
    /// ignored.
    [[nodiscard]] SeriesColumns query(std::size_t column, const SeriesQuery& query) const;

    /// Appends rows added since the last save to the file (made with its header when missing).
    [[nodiscard]] Result<void> save(const std::filesystem::path& file);
    /// Refuses a newer version or other columns with a sentence; a torn last row is left out.
    [[nodiscard]] static Result<SeriesTable> load(const std::filesystem::path& file);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
