// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/series.h"
#include "telemetry/store/column_table.h"

namespace wattline {

/// Rows that carry all six axes, in the order of Axis, and some values: what a run as a whole did
/// (one stream), or its devices (one stream each). A ColumnTable with these columns; see there for
/// gaps, errors and threads.
class SeriesTable {
public:
    SeriesTable(SeriesPlace place, std::string name, std::vector<std::string> value_columns,
                std::uint32_t streams = 1);

    void append(std::span<const double, kAxisCount> axes, std::span<const double> values,
                std::uint32_t stream = 0);
    [[nodiscard]] std::int64_t rows(std::uint32_t stream = 0) const noexcept {
        return m_table.rows(stream);
    }
    [[nodiscard]] const std::vector<std::string>& columns() const noexcept {
        return m_table.shape().values;
    }
    /// One number; NaN when it cannot be read. A read each: for many rows use visitRows().
    [[nodiscard]] double axis(std::int64_t row, Axis axis, std::uint32_t stream = 0) const;
    [[nodiscard]] double value(std::int64_t row, std::size_t column,
                               std::uint32_t stream = 0) const;
    /// At most `query.columns` points with exact extremes; series.h says what a column is. A range
    /// of no more rows than that comes back row by row. query.run and query.series are ignored.
    [[nodiscard]] Result<SeriesColumns> query(std::size_t column, const SeriesQuery& query,
                                              std::uint32_t stream = 0) const;
    using RowVisitor = std::function<void(std::span<const double, kAxisCount> axes, double value)>;
    /// All rows of a column, in order.
    [[nodiscard]] Result<void> visitRows(std::size_t column, std::uint32_t stream,
                                         const RowVisitor& visit) const;

    [[nodiscard]] ColumnTable& table() noexcept { return m_table; }
    [[nodiscard]] const ColumnTable& table() const noexcept { return m_table; }

private:
    ColumnTable m_table;
};

}  // namespace wattline
