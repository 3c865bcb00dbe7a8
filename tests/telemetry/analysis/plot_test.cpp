// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/plot.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(FormatValue, DigitsFollowFromTheUncertainty) {
    EXPECT_EQ(formatValue(12.4431, 0.0904, "kWh"), "12.44 kWh ± 0.09");
    EXPECT_EQ(formatValue(266.02, 2.0, "W"), "266 W ± 2");
    EXPECT_EQ(formatValue(266.02, 2.14, "W"), "266.0 W ± 2.1");
    EXPECT_EQ(formatValue(266.02, 15.4, "W"), "266 W ± 15");
    EXPECT_EQ(formatValue(1234.5, 123.0, "J"), "1230 J ± 120");
    EXPECT_EQ(formatValue(5.0, 0.0998, "s"), "5.0 s ± 0.1");
    EXPECT_EQ(formatValue(0.00123, 0.000045, ""), "0.001230 ± 0.000045");
}

TEST(FormatValue, WithoutUncertaintyItHasSignificantDigitsAndKeepsWholeNumbers) {
    EXPECT_EQ(formatValue(12.4431, 0.0, "kWh"), "12.4 kWh");
    EXPECT_EQ(formatValue(0.0012345, kNaN, "s"), "0.00123 s");
    EXPECT_EQ(formatValue(12345.6, kNaN, "J"), "12346 J");
    EXPECT_EQ(formatValue(0.0, 0.0, "J"), "0 J");
    EXPECT_EQ(formatValue(-0.0001, 0.5, "W"), "0.0 W ± 0.5");
    EXPECT_EQ(formatValue(-3.21, kInf, "W", 2), "-3.2 W");
}

TEST(FormatValue, MissingIsADashAndNeverZero) {
    EXPECT_EQ(formatValue(kNaN, 1.0, "W"), "–");
    EXPECT_EQ(formatRange(kNaN, 1.0, "W"), "–");
}

TEST(FormatRange, ShowsAnEstimateAsWhatItCouldBe) {
    EXPECT_EQ(formatRange(69.3, 693.0, "W"), "69–690 W");
    EXPECT_EQ(formatRange(0.0, 0.0123, "kWh"), "0–0.012 kWh");
}

TEST(EnergyUnit, FollowsTheSize) {
    EXPECT_EQ(energyUnit(3599.0).name, "J");
    EXPECT_EQ(energyUnit(3600.0).name, "Wh");
    EXPECT_EQ(energyUnit(3.6e6).name, "kWh");
    EXPECT_DOUBLE_EQ(energyUnit(3.6e6).per_joule * 3.6e6, 1.0);
    EXPECT_EQ(energyUnit(kNaN).name, "J");
}

TEST(NiceTicks, AreRoundAndCoverTheData) {
    const auto ticks = niceTicks(0.0, 13.4, 7, true);
    EXPECT_EQ(ticks.low, 0.0);
    EXPECT_EQ(ticks.high, 14.0);
    EXPECT_THAT(ticks.text, testing::ElementsAre("0", "2", "4", "6", "8", "10", "12", "14"));
}

TEST(NiceTicks, ShowAsManyDecimalsAsTheStepNeeds) {
    EXPECT_THAT(niceTicks(0.0, 0.1, 5, true).text,
                testing::ElementsAre("0", "0.02", "0.04", "0.06", "0.08", "0.10"));
    EXPECT_THAT(niceTicks(0.0, 50'000.0, 5, true).text,
                testing::ElementsAre("0", "10 k", "20 k", "30 k", "40 k", "50 k"));
    EXPECT_THAT(niceTicks(-1.0, 1.0, 4, false).text,
                testing::ElementsAre("-1.0", "-0.5", "0", "0.5", "1.0"));
}

TEST(NiceTicks, LimitsStandStillWhileDataGrowsWithinThem) {
    for (const double high : {10.1, 11.0, 11.9})
        EXPECT_EQ(niceTicks(0.0, high, 6, true).high, 12.0);
}

TEST(NiceTicks, OddRangesStillGiveAnAxis) {
    for (const auto& [low, high] : std::vector<std::pair<double, double>>{{kNaN, 1.0},
                                                                          {0.0, kInf},
                                                                          {5.0, 5.0},
                                                                          {0.0, 0.0},
                                                                          {3.0, 2.0},
                                                                          {-7.0, -7.0},
                                                                          {1e-30, 2e-30}}) {
        for (const bool from_zero : {true, false}) {
            const auto ticks = niceTicks(low, high, 5, from_zero);
            EXPECT_LT(ticks.low, ticks.high);
            EXPECT_GE(ticks.at.size(), 2u);
            EXPECT_LE(ticks.at.size(), 20u);
            EXPECT_EQ(ticks.at.size(), ticks.text.size());
        }
    }
}

TEST(LogTicks, ArePowersOfTen) {
    EXPECT_THAT(logTicks(0.02, 50.0, 8).text,
                testing::ElementsAre("0.01", "0.1", "1", "10", "100"));
    EXPECT_THAT(logTicks(-1.0, 5.0, 8).at, testing::ElementsAre(1.0, 10.0));
    EXPECT_LE(logTicks(1e-6, 1e6, 4).at.size(), 5u);
}

}  // namespace
}  // namespace wattline
