// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "telemetry/store/series_file.h"
#include "telemetry/store/value_levels.h"

namespace wattline {
namespace {

std::size_t index(std::int64_t row) noexcept {
    return static_cast<std::size_t>(row);
}

/// One axis of a table. Rows before `first_known` have no place on it.
struct AxisColumn {
    std::vector<double> at;
    std::int64_t first_known = 0;

    void append(double value) {
        if (at.empty() || std::isnan(at.back())) {
            if (!std::isfinite(value)) {
                at.push_back(std::numeric_limits<double>::quiet_NaN());
                ++first_known;
                return;
            }
            at.push_back(value);
            return;
        }
        at.push_back(std::isfinite(value) ? std::max(value, at.back()) : at.back());
    }
};

/// Rows [first, last) and the pixel grid they are seen through.
struct Grid {
    std::int64_t first = 0, last = 0;
    double from = 0.0, to = 0.0;
    int columns = 1;

    /// Never decreases with x, so that a column's rows are contiguous.
    [[nodiscard]] int column(double x) const noexcept {
        if (!(to > from)) return 0;
        const double place = (x - from) / (to - from) * columns;
        return std::clamp(static_cast<int>(std::clamp(place, 0.0, 2e9)), 0, columns - 1);
    }
};

Grid gridOf(const AxisColumn& axis, const SeriesQuery& query) {
    Grid grid;
    grid.columns = std::max(1, query.columns);
    const auto begin = axis.at.begin() + axis.first_known;
    const auto end = axis.at.end();
    if (begin == end) return grid;
    const bool whole = !(query.from < query.to) || !std::isfinite(query.to - query.from);
    grid.from = whole ? *begin : query.from;
    grid.to = whole ? axis.at.back() : query.to;
    grid.first = std::lower_bound(begin, end, grid.from) - axis.at.begin();
    grid.last = std::upper_bound(begin, end, grid.to) - axis.at.begin();
    return grid;
}

void add(SeriesColumns& out, double x, const ValueBlock& block) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const bool gap = block.count == 0;
    out.x.push_back(x);
    out.min.push_back(gap ? nan : block.min);
    out.max.push_back(gap ? nan : block.max);
    out.mean.push_back(gap ? nan : block.sum / static_cast<double>(block.count));
    out.points += block.count;
}

}  // namespace

struct SeriesTable::Impl {
    std::vector<std::string> names;
    std::array<AxisColumn, kAxisCount> axes;
    std::vector<ValueLevels> values;
    std::int64_t rows = 0;
    /// What this table has already written, and where.
    std::filesystem::path saved_file;
    std::int64_t saved_rows = 0;

    [[nodiscard]] std::vector<double> packedRows(std::int64_t from) const {
        std::vector<double> out;
        out.reserve(index(rows - from) * (kAxisCount + values.size()));
        for (std::int64_t row = from; row < rows; ++row) {
            for (const auto& axis : axes)
                out.push_back(axis.at[index(row)]);
            for (const auto& column : values)
                out.push_back(column.at(row));
        }
        return out;
    }
};

SeriesTable::SeriesTable(std::vector<std::string> value_columns)
    : m_impl(std::make_unique<Impl>()) {
    m_impl->values.resize(value_columns.size());
    m_impl->names = std::move(value_columns);
}
SeriesTable::~SeriesTable() = default;
SeriesTable::SeriesTable(SeriesTable&&) noexcept = default;
SeriesTable& SeriesTable::operator=(SeriesTable&&) noexcept = default;

void SeriesTable::append(std::span<const double, kAxisCount> axes, std::span<const double> values) {
    for (std::size_t i = 0; i < axes.size(); ++i)
        m_impl->axes[i].append(axes[i]);
    for (std::size_t i = 0; i < m_impl->values.size(); ++i)
        m_impl->values[i].append(i < values.size() ? values[i]
                                                   : std::numeric_limits<double>::quiet_NaN());
    ++m_impl->rows;
}

std::int64_t SeriesTable::rows() const noexcept {
    return m_impl->rows;
}

const std::vector<std::string>& SeriesTable::columns() const noexcept {
    return m_impl->names;
}

double SeriesTable::axis(std::int64_t row, Axis axis) const noexcept {
    return m_impl->axes[static_cast<std::size_t>(axis)].at[index(row)];
}

double SeriesTable::value(std::int64_t row, std::size_t column) const noexcept {
    return m_impl->values[column].at(row);
}

SeriesColumns SeriesTable::query(std::size_t column, const SeriesQuery& query) const {
    SeriesColumns out;
    const auto& axis = m_impl->axes[static_cast<std::size_t>(query.axis)];
    if (column >= m_impl->values.size() || axis.first_known >= m_impl->rows) return out;
    const auto& values = m_impl->values[column];
    const Grid grid = gridOf(axis, query);
    out.x_first = axis.at[index(axis.first_known)];
    out.x_last = axis.at.back();
    out.points_total = values.values();
    if (grid.last - grid.first <= grid.columns) {
        for (auto row = grid.first; row < grid.last; ++row)
            add(out, axis.at[index(row)], values.over(row, row + 1));
        return out;
    }
    for (auto row = grid.first; row < grid.last;) {
        const int pixel = grid.column(axis.at[index(row)]);
        const auto end = std::partition_point(axis.at.begin() + row, axis.at.begin() + grid.last,
                                              [&](double x) { return grid.column(x) <= pixel; });
        const auto next = end - axis.at.begin();
        add(out, axis.at[index(row + (next - row) / 2)], values.over(row, next));
        row = next;
    }
    return out;
}

Result<void> SeriesTable::save(const std::filesystem::path& file) {
    const SeriesFileLayout layout{m_impl->names};
    const auto known = m_impl->saved_file == file ? m_impl->saved_rows : 0;
    if (known > 0) {
        if (known == m_impl->rows) return {};
        if (auto appended = appendSeriesRows(file, layout, known, m_impl->packedRows(known));
            !appended)
            return tl::unexpected(appended.error());
        else if (*appended) {
            m_impl->saved_rows = m_impl->rows;
            return {};
        }
    }
    if (auto ok = replaceSeriesFile(file, layout, m_impl->packedRows(0)); !ok) return ok;
    m_impl->saved_file = file;
    m_impl->saved_rows = m_impl->rows;
    return {};
}

Result<SeriesTable> SeriesTable::load(const std::filesystem::path& file) {
    auto content = readSeriesFile(file);
    if (!content) return tl::unexpected(content.error());
    SeriesTable table(content->layout.columns);
    const auto width = content->layout.width();
    for (std::size_t at = 0; at + width <= content->rows.size(); at += width) {
        const std::span row(content->rows.data() + at, width);
        table.append(row.first<kAxisCount>(), row.subspan(kAxisCount));
    }
    table.m_impl->saved_file = file;
    table.m_impl->saved_rows = table.rows();
    return table;
}

}  // namespace wattline
