// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void append(SeriesTable& table, double x, double value) {
    const std::array axes{x, x, x, x, x, x};
    table.append(axes, std::array{value});
}

SeriesQuery range(double from, double to, int columns) {
    SeriesQuery query;
    query.from = from;
    query.to = to;
    query.columns = columns;
    return query;
}

TEST(SeriesTable, KeepsASpikeOfOneSampleAmongAMillion) {
    SeriesTable table({}, "test", {"v"});
    for (int row = 0; row < 1'000'000; ++row)
        append(table, row, row == 654'321 ? 9999.0 : 1.0);
    const auto columns = table.query(0, range(0, 0, 1000)).value();
    ASSERT_EQ(columns.x.size(), 1000U);
    EXPECT_EQ(*std::max_element(columns.max.begin(), columns.max.end()), 9999.0);
    // A node lies in the pixel of its first row: the spike may shift by less than one pixel.
    EXPECT_EQ(std::max(columns.max[653], columns.max[654]), 9999.0);
    EXPECT_EQ(columns.min[654], 1.0);
    EXPECT_EQ(columns.points, 1'000'000);
    EXPECT_EQ(columns.points_total, 1'000'000);
}

TEST(SeriesTable, HoldsAsMuchMemoryAfterAMillionRowsMoreAsBefore) {
    SeriesTable table({}, "test", {"v", "w"});
    std::size_t before = 0;
    for (int row = 0; row < 1'300'000; ++row) {
        if (row == 300'000) {
            (void)table.query(0, range(0, 0, 1600)).value();
            before = table.table().bytesHeld();
        }
        append(table, row, row);
    }
    (void)table.query(0, range(0, 0, 1600)).value();
    // One level more, and nothing that grows with the rows.
    EXPECT_LT(table.table().bytesHeld(), before + 300'000);
}

TEST(SeriesTable, GivesEveryPointExactlyWhenThereIsAPixelForEach) {
    SeriesTable table({}, "test", {"v"});
    for (int row = 0; row < 10; ++row)
        append(table, row / 2, 0.1 * row);
    const auto columns = table.query(0, range(0, 0, 10)).value();
    ASSERT_EQ(columns.x.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(columns.x[i], static_cast<double>(i / 2));
        EXPECT_EQ(columns.mean[i], 0.1 * static_cast<double>(i));
        EXPECT_EQ(columns.min[i], columns.max[i]);
    }
}

TEST(SeriesTable, ShowsAStretchOfGapsAsNaNSoThatTheLineBreaks) {
    SeriesTable table({}, "test", {"v"});
    for (int row = 0; row < 1000; ++row)
        append(table, row, row >= 400 && row < 500 ? kNaN : 1.0);
    const auto columns = table.query(0, range(0, 0, 10)).value();
    ASSERT_EQ(columns.x.size(), 10U);
    EXPECT_TRUE(std::isnan(columns.mean[4]));
    EXPECT_EQ(columns.mean[3], 1.0);
    EXPECT_EQ(columns.mean[5], 1.0);
    EXPECT_EQ(columns.points_total, 900);
}

TEST(SeriesTable, TakesAnInfiniteValueForAGap) {
    SeriesTable table({}, "test", {"v"});
    append(table, 1, std::numeric_limits<double>::infinity());
    append(table, 2, 3.0);
    const auto columns = table.query(0, range(0, 0, 10)).value();
    EXPECT_TRUE(std::isnan(columns.max[0]));
    EXPECT_EQ(columns.points, 1);
}

TEST(SeriesTable, LeavesOutRowsFromBeforeAnAxisWasKnownAndRepeatsItWhereItIsNot) {
    SeriesTable table({}, "test", {"v"});
    const auto row = [&](double step, double kwh) {
        table.append(std::array{step, step, step, step, step, kwh}, std::array{step});
    };
    row(1, kNaN);
    row(2, 5.0);
    row(3, kNaN);
    row(4, 4.0);
    auto query = range(0, 0, 10);
    EXPECT_EQ(table.query(0, query)->x.size(), 4U);
    query.axis = Axis::Kwh;
    const auto columns = table.query(0, query).value();
    EXPECT_EQ(columns.x, (std::vector<double>{5, 5, 5}));
    EXPECT_EQ(columns.mean, (std::vector<double>{2, 3, 4}));
}

TEST(SeriesTable, AnswersNothingForAnEmptyTableAnUnknownColumnOrARangeOutside) {
    SeriesTable table({}, "test", {"v"});
    EXPECT_TRUE(table.query(0, range(0, 0, 10))->x.empty());
    append(table, 1, 1);
    EXPECT_TRUE(table.query(1, range(0, 0, 10))->x.empty());
    EXPECT_TRUE(table.query(0, range(2, 3, 10))->x.empty());
    EXPECT_TRUE(table.query(0, range(-3, -2, 10))->x.empty());
    EXPECT_EQ(table.query(0, range(-1e308, 1e308, 10))->x.size(), 1U);
    EXPECT_EQ(table.query(0, range(0, 0, -5))->x.size(), 1U);
}

}  // namespace
}  // namespace wattline
