// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_table.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "telemetry/store/range_query.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kRowsAtOnce = 2048;

std::vector<std::string> axisNames() {
    std::vector<std::string> names;
    for (int axis = 0; axis < kAxisCount; ++axis)
        names.emplace_back(name(static_cast<Axis>(axis)));
    return names;
}

}  // namespace

SeriesTable::SeriesTable(SeriesPlace place, std::string name,
                         std::vector<std::string> value_columns, std::uint32_t streams)
    : m_table(std::move(place), {std::move(name), axisNames(), std::move(value_columns), streams}) {
}

void SeriesTable::append(std::span<const double, kAxisCount> axes, std::span<const double> values,
                         std::uint32_t stream) {
    std::array<const double*, kAxisCount> axis_columns{};
    for (std::size_t i = 0; i < axes.size(); ++i)
        axis_columns[i] = &axes[i];
    constexpr std::size_t kMost = 16;
    std::array<const double*, kMost> value_columns{};
    const auto width = std::min(columns().size(), kMost);
    for (std::size_t i = 0; i < width; ++i)
        value_columns[i] = i < values.size() ? &values[i] : &kNaN;
    m_table.append(stream, 1, axis_columns, std::span(value_columns).first(width));
}

double SeriesTable::axis(std::int64_t row, Axis axis, std::uint32_t stream) const {
    double out = kNaN;
    const auto read = m_table.readAxis(stream, static_cast<std::size_t>(axis), 0, row, {&out, 1});
    return read ? out : kNaN;
}

double SeriesTable::value(std::int64_t row, std::size_t column, std::uint32_t stream) const {
    double out = kNaN;
    return m_table.readRows(stream, column, row, {&out, 1}) ? out : kNaN;
}

Result<SeriesColumns> SeriesTable::query(std::size_t column, const SeriesQuery& query,
                                         std::uint32_t stream) const {
    return queryColumn(m_table, {stream, static_cast<std::size_t>(query.axis)}, column, query);
}

Result<void> SeriesTable::visitRows(std::size_t column, std::uint32_t stream,
                                    const RowVisitor& visit) const {
    std::array<std::vector<double>, kAxisCount> axes;
    std::vector<double> values;
    for (std::int64_t first = 0; first < rows(stream); first += kRowsAtOnce) {
        const auto count = static_cast<std::size_t>(std::min(kRowsAtOnce, rows(stream) - first));
        for (std::size_t i = 0; i < axes.size(); ++i) {
            axes[i].resize(count);
            if (auto read = m_table.readAxis(stream, i, 0, first, axes[i]); !read) return read;
        }
        values.resize(count);
        if (auto read = m_table.readRows(stream, column, first, values); !read) return read;
        for (std::size_t row = 0; row < count; ++row) {
            std::array<double, kAxisCount> place{};
            for (std::size_t i = 0; i < axes.size(); ++i)
                place[i] = axes[i][row];
            visit(place, values[row]);
        }
    }
    return {};
}

}  // namespace wattline
