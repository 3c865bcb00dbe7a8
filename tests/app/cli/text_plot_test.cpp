// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text_plot.h"

#include <gmock/gmock.h>
#include <limits>

#include "app/cli/console.h"

namespace wattline::cli {
namespace {

using ::testing::HasSubstr;

TextPlot line() {
    TextPlot plot;
    plot.title = "Energy (J) over rank hours";
    plot.x_unit = "rank hours";
    plot.columns = 4;
    plot.rows = 2;
    for (int i = 0; i < 8; ++i) {
        plot.x.push_back(i);
        plot.y.push_back(i);
    }
    return plot;
}

TEST(TextPlot, AStraightLineRunsFromCornerToCorner) {
    const auto lines = drawTextPlot(line());
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], "Energy (J) over rank hours");
    // 8 x 8 dots, one a column: the diagonal.
    EXPECT_THAT(lines[1], HasSubstr("\u2800\u2800\u2860\u280a"));
    EXPECT_THAT(lines[2], HasSubstr("\u2860\u280a\u2800\u2800"));
    EXPECT_THAT(lines[3], HasSubstr("rank hours"));
}

TEST(TextPlot, AllLinesOfTheDrawingAreEquallyWide) {
    const auto lines = drawTextPlot(line());
    EXPECT_EQ(shownWidth(lines[1]), shownWidth(lines[2]));
}

TEST(TextPlot, ThereIsNothingToSeeOfOnePointOrOfNone) {
    TextPlot plot = line();
    plot.x = {1.0};
    plot.y = {1.0};
    EXPECT_TRUE(drawTextPlot(plot).empty());
    plot.x = plot.y = {};
    EXPECT_TRUE(drawTextPlot(plot).empty());
}

TEST(TextPlot, MissingValuesAreLeftOut) {
    TextPlot plot = line();
    plot.y[3] = std::numeric_limits<double>::quiet_NaN();
    plot.x[5] = std::numeric_limits<double>::infinity();
    EXPECT_EQ(drawTextPlot(plot).size(), 4U);
    for (double& y : plot.y)
        y = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(drawTextPlot(plot).empty());
}

TEST(TextPlot, AllZerosDrawNothing) {
    TextPlot plot = line();
    for (double& y : plot.y)
        y = 0.0;
    EXPECT_TRUE(drawTextPlot(plot).empty());
}

}  // namespace
}  // namespace wattline::cli
