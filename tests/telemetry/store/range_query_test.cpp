// SPDX-License-Identifier: Apache-2.0
// The store against brute force: random tables with gaps and uneven axes, random ranges, every row
// looked at one by one.
#include "telemetry/store/range_query.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kStreams = 3, kAxes = 2, kValues = 2;

/// The same rows in a table and as plain vectors.
struct Twin {
    explicit Twin(SeriesPlace place)
        : table(std::move(place), {"t", {"a", "b"}, {"v", "w"}, kStreams}) {}

    struct Columns {
        std::vector<double> axes[kAxes], values[kValues];
    };

    /// Adds `count` rows of noise: axis b stands still at times and jumps at others.
    void grow(std::uint32_t stream, std::size_t count, std::mt19937& random) {
        std::uniform_real_distribution<double> value(-1000, 1000);
        Columns added;
        auto& have = columns[stream];
        for (std::size_t i = 0; i < count; ++i) {
            const auto row = static_cast<double>(have.axes[0].size() + i);
            if (random() % 3 != 0) m_place[stream] += static_cast<double>(random() % 100) / 10;
            if (random() % 500 == 0) m_place[stream] += 20'000;
            added.axes[0].push_back(row);
            added.axes[1].push_back(m_place[stream]);
            m_gap = random() % 50 == 0 ? !m_gap : m_gap;
            added.values[0].push_back(m_gap ? kNaN : value(random));
            added.values[1].push_back(random() % 7 == 0 ? kNaN : value(random));
        }
        const double* axes[] = {added.axes[0].data(), added.axes[1].data()};
        const double* values[] = {added.values[0].data(), added.values[1].data()};
        table.append(stream, count, axes, values);
        const auto append = [](auto& to, const auto& from) {
            to.insert(to.end(), from.begin(), from.end());
        };
        for (std::size_t i = 0; i < kAxes; ++i)
            append(have.axes[i], added.axes[i]);
        for (std::size_t i = 0; i < kValues; ++i)
            append(have.values[i], added.values[i]);
    }

    ColumnTable table;
    Columns columns[kStreams];

private:
    double m_place[kStreams]{};
    bool m_gap = false;
};

struct Extremes {
    double min = kNaN, max = kNaN, sum = 0;
    std::int64_t count = 0;
    void add(double v) {
        if (std::isnan(v)) return;
        min = count == 0 ? v : std::min(min, v);
        max = count == 0 ? v : std::max(max, v);
        sum += v;
        ++count;
    }
};

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || a == b;
}

SeriesQuery range(double from, double to, int columns) {
    SeriesQuery query;
    query.from = from;
    query.to = to;
    query.columns = columns;
    return query;
}

/// Every row in exactly one column; a column's rows lie within one pixel of it; so extremes are
/// exact and where they belong.
void expectFolds(const Twin& twin, std::uint32_t stream, std::size_t axis, std::size_t value,
                 const SeriesQuery& query) {
    const auto& place = twin.columns[stream].axes[axis];
    const auto& numbers = twin.columns[stream].values[value];
    const bool whole = !(query.from < query.to);
    const double from = whole ? place.front() : query.from;
    const double to = whole ? place.back() : query.to;
    const auto first = std::ranges::lower_bound(place, from) - place.begin();
    const auto last = std::ranges::upper_bound(place, to) - place.begin();
    const auto got = queryColumn(twin.table, {stream, axis}, value, query);
    ASSERT_TRUE(got) << got.error().message;

    Extremes all, folded;
    for (auto row = first; row < last; ++row)
        all.add(numbers[static_cast<std::size_t>(row)]);
    ASSERT_EQ(got->points, all.count);
    ASSERT_LE(got->x.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(query.columns, 0)));
    const double pixel = (to - from) / query.columns * 1.000001;
    for (std::size_t i = 0; i < got->x.size(); ++i) {
        if (i > 0) {
            ASSERT_LE(got->x[i - 1], got->x[i]);
        }
        folded.add(got->min[i]);
        folded.add(got->max[i]);
        // Everything that lies within a pixel to either side: this column's rows are among them.
        Extremes near;
        const auto a = std::ranges::lower_bound(place, got->x[i] - 2 * pixel) - place.begin();
        const auto b = std::ranges::upper_bound(place, got->x[i] + 2 * pixel) - place.begin();
        for (auto row = std::max(a, first); row < std::min(b, last); ++row)
            near.add(numbers[static_cast<std::size_t>(row)]);
        if (std::isnan(got->min[i])) continue;
        ASSERT_LE(near.min, got->min[i]) << i;
        ASSERT_GE(near.max, got->max[i]) << i;
        ASSERT_LE(got->min[i], got->mean[i] + 1e-9);
        ASSERT_GE(got->max[i], got->mean[i] - 1e-9);
    }
    ASSERT_TRUE(same(folded.min, all.min));
    ASSERT_TRUE(same(folded.max, all.max));
}

void expectRowByRow(const Twin& twin, std::uint32_t stream, std::size_t axis, std::size_t value,
                    const SeriesQuery& query) {
    const auto& place = twin.columns[stream].axes[axis];
    const auto got = queryColumn(twin.table, {stream, axis}, value, query);
    ASSERT_TRUE(got) << got.error().message;
    const auto first = std::ranges::lower_bound(place, query.from) - place.begin();
    const auto last = std::ranges::upper_bound(place, query.to) - place.begin();
    ASSERT_EQ(static_cast<std::ptrdiff_t>(got->x.size()), last - first);
    for (auto row = first; row < last; ++row) {
        const auto i = static_cast<std::size_t>(row - first);
        const double wanted = twin.columns[stream].values[value][static_cast<std::size_t>(row)];
        ASSERT_EQ(got->x[i], place[static_cast<std::size_t>(row)]);
        ASSERT_TRUE(same(got->min[i], wanted) && same(got->max[i], wanted) &&
                    same(got->mean[i], wanted));
    }
}

TEST(RangeQuery, AnswersAsBruteForceDoesForAnyDataAxisAndRange) {
    std::mt19937 random(20261121);
    const test::TemporaryFolder folder;
    for (int round = 0; round < 4; ++round) {
        Twin twin({folder.path() / std::to_string(round), round % 2 == 0});
        std::filesystem::create_directory(folder.path() / std::to_string(round));
        for (int batch = 0; batch < 60; ++batch) {
            const auto stream = static_cast<std::uint32_t>(random() % kStreams);
            twin.grow(stream, random() % 3000, random);
            const auto& place = twin.columns[stream].axes[batch % 2];
            if (place.empty()) continue;
            const double far = place.back();
            std::uniform_real_distribution<double> anywhere(-0.2 * far, 1.2 * far);
            const double a = anywhere(random), b = anywhere(random);
            const auto columns = 1 + static_cast<int>(random() % 1600);
            const auto axis = static_cast<std::size_t>(batch % 2);
            const auto value = random() % kValues;
            expectFolds(twin, stream, axis, value, range(std::min(a, b), std::max(a, b), columns));
            expectFolds(twin, stream, axis, value, range(0, 0, columns));
            const double narrow = far * static_cast<double>(random() % 1000) / 1000;
            expectRowByRow(twin, stream, axis, value, range(narrow, narrow + 40, 20'000));
            if (HasFatalFailure()) FAIL() << "round " << round << ", batch " << batch;
        }
    }
}

TEST(RangeQuery, DrawsWhatLiesInANodeThatIsWiderThanAPixelWhereItIs) {
    ColumnTable table({}, {"t", {"a"}, {"v"}, 1});
    // Two bursts with a long silence between them that falls into the middle of a node.
    for (int row = 0; row < 100'020; ++row) {
        const double x = row < 50'010 ? row : 1e6 + row;
        const double v = row < 50'010 ? 1.0 : 2.0;
        const double* axes[] = {&x};
        const double* values[] = {&v};
        table.append(0, 1, axes, values);
    }
    const auto got = queryColumn(table, {0, 0}, 0, range(0, 0, 100));
    ASSERT_TRUE(got);
    for (std::size_t i = 0; i < got->x.size(); ++i) {
        EXPECT_EQ(got->min[i], got->max[i]) << "a column mixes both sides of the silence";
        EXPECT_EQ(got->min[i], got->x[i] < 500'000 ? 1.0 : 2.0);
    }
}

TEST(RangeQuery, FindsRowsByBinarySearch) {
    std::mt19937 random(7);
    Twin twin({});
    twin.grow(0, 20'000, random);
    twin.grow(0, 777, random);
    const auto& place = twin.columns[0].axes[1];
    for (int i = 0; i < 300; ++i) {
        const double x = i % 3 == 0 ? place[random() % place.size()]
                                    : place.back() * static_cast<double>(random() % 1100) / 1000;
        EXPECT_EQ(findRow(twin.table, {0, 1}, x, false).value(),
                  std::ranges::lower_bound(place, x) - place.begin());
        EXPECT_EQ(findRow(twin.table, {0, 1}, x, true).value(),
                  std::ranges::upper_bound(place, x) - place.begin());
    }
}

TEST(RangeQuery, PlacesRowsOnAnotherAxisByAMap) {
    ColumnTable table({}, {"t", {"a"}, {"v"}, 1});
    for (int row = 0; row < 10'000; ++row) {
        const double x = row;
        const double* column[] = {&x};
        table.append(0, 1, column, column);
    }
    AxisMap map{{1000, 2000, 5000}, {0, 100, 200}};
    SeriesColumns out;
    ASSERT_TRUE(foldRows(table, {0, 0}, 0, {1000, 5001}, {0, 200, 50}, &map, out));
    ASSERT_EQ(out.x.size(), 50U);
    EXPECT_EQ(out.points, 4001);
    for (std::size_t i = 0; i < out.x.size(); ++i) {
        const double x = out.x[i];
        const double row = x < 100 ? 1000 + 10 * x : 2000 + 30 * (x - 100);
        EXPECT_LE(out.min[i], row);
        EXPECT_GE(out.max[i], row);
    }
}

}  // namespace
}  // namespace wattline
