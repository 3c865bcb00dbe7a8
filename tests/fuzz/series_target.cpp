// SPDX-License-Identifier: Apache-2.0
// The series reader: one file of series/ as a stranger or a torn write might leave it.
#include <cmath>
#include <limits>

#include "telemetry/store/series_table.h"
#include "tests/fuzz/fuzz_support.h"

namespace wattline {
namespace {

using fuzz::require;

void checkQuery(const SeriesTable& table, std::size_t column, const SeriesQuery& query) {
    const auto out = table.query(column, query);
    const auto points = out.x.size();
    require(out.min.size() == points && out.max.size() == points && out.mean.size() == points,
            "the four columns of an answer have one length");
    require(points <= static_cast<std::size_t>(query.columns), "no more columns than pixels");
    for (std::size_t i = 0; i < points; ++i) {
        require(i == 0 || !(out.x[i] < out.x[i - 1]), "an axis never decreases");
        require(!(out.min[i] > out.max[i]), "a minimum is not above its maximum");
        require(std::isnan(out.min[i]) == std::isnan(out.max[i]), "a gap is a gap in all columns");
    }
}

void checkTable(const SeriesTable& table) {
    require(table.rows() >= 0, "a table has no negative number of rows");
    const auto columns = std::min<std::size_t>(table.columns().size(), 4);
    for (std::size_t column = 0; column < columns; ++column)
        for (const auto axis : {Axis::Step, Axis::Time, Axis::Kwh}) {
            SeriesQuery query;
            query.axis = axis;
            query.columns = 7;
            checkQuery(table, column, query);
            query.from = -1.0;
            query.to = 12.5;
            checkQuery(table, column, query);
            query.from = -std::numeric_limits<double>::max();
            query.to = std::numeric_limits<double>::max();
            checkQuery(table, column, query);
        }
}

}  // namespace
}  // namespace wattline

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline;
    const auto input = fuzz::bytesOf(data, size);
    const auto file = fuzz::scratchFolder() / "loss.wls";
    fuzz::writeWhole(file, input);
    auto table = SeriesTable::load(file);
    if (!table) {
        fuzz::require(!table.error().message.empty(), "a refused file is refused with a sentence");
        return 0;
    }
    checkTable(*table);
    const auto copy = fuzz::scratchFolder() / "copy.wls";
    fuzz::require(table->save(copy).has_value(), "a table that was read can be written");
    const auto again = SeriesTable::load(copy);
    fuzz::require(again && again->rows() == table->rows() && again->columns() == table->columns(),
                  "a table that was written can be read");
    return 0;
}
