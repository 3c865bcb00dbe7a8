// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

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

/// The same answer from first principles: every row is looked at, none is summed in blocks.
SeriesColumns bruteForce(const SeriesTable& table, const SeriesQuery& query) {
    struct Pixel {
        std::vector<std::int64_t> rows;
    };
    SeriesColumns out;
    std::vector<std::int64_t> inside;
    const double first = table.axis(0, query.axis);
    const double last = table.axis(table.rows() - 1, query.axis);
    const double from = query.from < query.to ? query.from : first;
    const double to = query.from < query.to ? query.to : last;
    for (std::int64_t row = 0; row < table.rows(); ++row) {
        const double x = table.axis(row, query.axis);
        if (x >= from && x <= to) inside.push_back(row);
    }
    std::vector<Pixel> pixels;
    if (static_cast<int>(inside.size()) <= query.columns) {
        for (const auto row : inside)
            pixels.push_back({{row}});
    } else {
        pixels.resize(static_cast<std::size_t>(query.columns));
        for (const auto row : inside) {
            const double place =
                to > from ? (table.axis(row, query.axis) - from) / (to - from) * query.columns : 0;
            const auto pixel = std::min(static_cast<int>(place), query.columns - 1);
            pixels[static_cast<std::size_t>(pixel)].rows.push_back(row);
        }
    }
    for (const auto& pixel : pixels) {
        if (pixel.rows.empty()) continue;
        double min = kNaN, max = kNaN, sum = 0;
        std::int64_t count = 0;
        for (const auto row : pixel.rows) {
            const double v = table.value(row, 0);
            if (std::isnan(v)) continue;
            min = count == 0 ? v : std::min(min, v);
            max = count == 0 ? v : std::max(max, v);
            sum += v;
            ++count;
        }
        out.x.push_back(table.axis(pixel.rows[pixel.rows.size() / 2], query.axis));
        out.min.push_back(min);
        out.max.push_back(max);
        out.mean.push_back(count > 0 ? sum / static_cast<double>(count) : kNaN);
        out.points += count;
    }
    return out;
}

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || a == b;
}

void expectSame(const SeriesColumns& got, const SeriesColumns& wanted) {
    ASSERT_EQ(got.x, wanted.x);
    ASSERT_EQ(got.points, wanted.points);
    for (std::size_t i = 0; i < got.x.size(); ++i) {
        ASSERT_TRUE(same(got.min[i], wanted.min[i])) << i;
        ASSERT_TRUE(same(got.max[i], wanted.max[i])) << i;
        if (std::isnan(wanted.mean[i]))
            ASSERT_TRUE(std::isnan(got.mean[i])) << i;
        else
            ASSERT_NEAR(got.mean[i], wanted.mean[i], 1e-12 * 1000) << i;
    }
}

TEST(SeriesTable, AnswersAsBruteForceDoesForAnyDataAndRange) {
    std::mt19937 random(20261121);
    std::uniform_real_distribution<double> value(-1000, 1000);
    for (int round = 0; round < 60; ++round) {
        SeriesTable table({"v"});
        const int rows = 1 + static_cast<int>(random() % 3000);
        double x = 0;
        for (int row = 0; row < rows; ++row) {
            if (random() % 3 != 0) x += static_cast<double>(random() % 100) / 10;
            append(table, x, random() % 5 == 0 ? kNaN : value(random));
        }
        for (int i = 0; i < 20; ++i) {
            const double from = (value(random) / 1000) * x * 1.5;
            const double to = from + std::abs(value(random) / 1000) * x;
            const auto query = range(from, to, 1 + static_cast<int>(random() % 200));
            expectSame(table.query(0, query), bruteForce(table, query));
            if (HasFatalFailure()) FAIL() << "round " << round << ", query " << i;
        }
        expectSame(table.query(0, range(0, 0, 37)), bruteForce(table, range(0, 0, 37)));
    }
}

TEST(SeriesTable, KeepsASpikeOfOneSampleAmongAMillion) {
    SeriesTable table({"v"});
    for (int row = 0; row < 1'000'000; ++row)
        append(table, row, row == 654'321 ? 9999.0 : 1.0);
    const auto columns = table.query(0, range(0, 0, 1000));
    ASSERT_EQ(columns.x.size(), 1000U);
    EXPECT_EQ(*std::max_element(columns.max.begin(), columns.max.end()), 9999.0);
    EXPECT_EQ(columns.max[654], 9999.0);
    EXPECT_EQ(columns.min[654], 1.0);
    EXPECT_EQ(columns.points, 1'000'000);
    EXPECT_EQ(columns.points_total, 1'000'000);
}

TEST(SeriesTable, GivesEveryPointExactlyWhenThereIsAPixelForEach) {
    SeriesTable table({"v"});
    for (int row = 0; row < 10; ++row)
        append(table, row / 2, 0.1 * row);
    const auto columns = table.query(0, range(0, 0, 10));
    ASSERT_EQ(columns.x.size(), 10U);
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(columns.x[i], static_cast<double>(i / 2));
        EXPECT_EQ(columns.mean[i], 0.1 * static_cast<double>(i));
        EXPECT_EQ(columns.min[i], columns.max[i]);
    }
}

TEST(SeriesTable, ShowsAStretchOfGapsAsNaNSoThatTheLineBreaks) {
    SeriesTable table({"v"});
    for (int row = 0; row < 1000; ++row)
        append(table, row, row >= 400 && row < 500 ? kNaN : 1.0);
    const auto columns = table.query(0, range(0, 0, 10));
    ASSERT_EQ(columns.x.size(), 10U);
    EXPECT_TRUE(std::isnan(columns.mean[4]));
    EXPECT_EQ(columns.mean[3], 1.0);
    EXPECT_EQ(columns.mean[5], 1.0);
    EXPECT_EQ(columns.points_total, 900);
}

TEST(SeriesTable, TakesAnInfiniteValueForAGap) {
    SeriesTable table({"v"});
    append(table, 1, std::numeric_limits<double>::infinity());
    append(table, 2, 3.0);
    const auto columns = table.query(0, range(0, 0, 10));
    EXPECT_TRUE(std::isnan(columns.max[0]));
    EXPECT_EQ(columns.points, 1);
}

TEST(SeriesTable, LeavesOutRowsFromBeforeAnAxisWasKnownAndRepeatsItWhereItIsNot) {
    SeriesTable table({"v"});
    const auto row = [&](double step, double kwh) {
        table.append(std::array{step, step, step, step, step, kwh}, std::array{step});
    };
    row(1, kNaN);
    row(2, 5.0);
    row(3, kNaN);
    row(4, 4.0);
    auto query = range(0, 0, 10);
    EXPECT_EQ(table.query(0, query).x.size(), 4U);
    query.axis = Axis::Kwh;
    const auto columns = table.query(0, query);
    EXPECT_EQ(columns.x, (std::vector<double>{5, 5, 5}));
    EXPECT_EQ(columns.mean, (std::vector<double>{2, 3, 4}));
}

TEST(SeriesTable, AnswersNothingForAnEmptyTableAnUnknownColumnOrARangeOutside) {
    SeriesTable table({"v"});
    EXPECT_TRUE(table.query(0, range(0, 0, 10)).x.empty());
    append(table, 1, 1);
    EXPECT_TRUE(table.query(1, range(0, 0, 10)).x.empty());
    EXPECT_TRUE(table.query(0, range(2, 3, 10)).x.empty());
    EXPECT_TRUE(table.query(0, range(-3, -2, 10)).x.empty());
    EXPECT_EQ(table.query(0, range(-1e308, 1e308, 10)).x.size(), 1U);
    EXPECT_EQ(table.query(0, range(0, 0, -5)).x.size(), 1U);
}

}  // namespace
}  // namespace wattline
