// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/fit.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(FitLine, GivesTheTextbookNumbers) {
    const std::vector<double> x{1, 2, 3, 4, 5}, y{2.1, 3.9, 6.2, 7.8, 10.1};
    const auto fit = fitLine(x, y);
    ASSERT_TRUE(fit);
    // Sxx = 10, Sxy = 19.9; residuals 0.06, -0.13, 0.18, -0.21, 0.10: their sum of squares is 0.107
    // and they alternate, so all five points count.
    EXPECT_NEAR(fit->slope, 1.99, 1e-12);
    EXPECT_NEAR(fit->offset, 0.05, 1e-12);
    EXPECT_NEAR(fit->residual_sd, std::sqrt(0.107 / 3.0), 1e-12);
    EXPECT_NEAR(fit->effective_n, 5.0, 1e-12);
    EXPECT_NEAR(fit->u_slope, 2.0 * std::sqrt(0.107 / 3.0 / 10.0), 1e-12);
    EXPECT_NEAR(fit->bandAt(3.0), 2.0 * std::sqrt(0.107 / 3.0 / 5.0), 1e-12);
    EXPECT_NEAR(fit->u_offset, 2.0 * std::sqrt(0.107 / 3.0 * (1.0 / 5.0 + 9.0 / 10.0)), 1e-12);
}

TEST(FitLine, ExactLineHasNoUncertaintyEvenFarFromZero) {
    std::vector<double> x, y;
    for (int i = 0; i < 100; ++i) {
        x.push_back(1e6 + i);
        y.push_back(5.0 - 3.0 * x.back());
    }
    const auto fit = fitLine(x, y);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->slope, -3.0, 1e-9);
    EXPECT_NEAR(fit->u_slope, 0.0, 1e-6);
}

TEST(FitLine, NeedsThreePointsAndSpread) {
    EXPECT_FALSE(fitLine({}, {}));
    EXPECT_FALSE(fitLine(std::vector{1.0, 2.0}, std::vector{1.0, 2.0}));
    EXPECT_FALSE(fitLine(std::vector{1.0, 2.0, kNaN}, std::vector{1.0, 2.0, 3.0}));
    EXPECT_FALSE(fitLine(std::vector{1.0, 1.0, 1.0}, std::vector{1.0, 2.0, 3.0}));
    EXPECT_FALSE(fitLine(std::vector{1.0, 2.0, 3.0}, std::vector{1.0, 2.0}));
}

TEST(FitLine, LeavesOutPointsThatAreNotNumbers) {
    const auto fit =
        fitLine(std::vector{0.0, 1.0, kNaN, 2.0, 3.0}, std::vector{1.0, 3.0, 9.0, kNaN, 7.0});
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->slope, 2.0, 1e-12);
}

/// How often the k = 2 interval of the slope covers the truth, for residuals of AR(1).
double coverage(double rho) {
    std::mt19937 random(42);
    std::normal_distribution<double> noise(0.0, 1.0);
    constexpr int kTrials = 500, kPoints = 200;
    int covered = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
        std::vector<double> x, y;
        double e = noise(random) / std::sqrt(1.0 - rho * rho);
        for (int i = 0; i < kPoints; ++i) {
            x.push_back(0.1 * i);
            y.push_back(2.0 * x.back() + e);
            e = rho * e + noise(random);
        }
        const auto fit = fitLine(x, y);
        covered += std::abs(fit->slope - 2.0) <= fit->u_slope ? 1 : 0;
    }
    return static_cast<double>(covered) / kTrials;
}

TEST(FitLine, IntervalCoversTheTruthWithAndWithoutAutocorrelation) {
    EXPECT_GT(coverage(0.0), 0.92);
    EXPECT_GT(coverage(0.7), 0.90) << "uncorrected it would be about 0.6";
    EXPECT_LT(coverage(0.0), 0.985) << "an interval that always covers says nothing";
}

TEST(PowerSlope, IsInWattsAndCarriesTheIntervalOfTheEnergy) {
    std::vector<double> hours, joules;
    for (int i = 0; i <= 10; ++i) {
        hours.push_back(0.1 * i);
        joules.push_back(250.0 * 3600.0 * 0.1 * i);
    }
    const auto measured = powerSlope(hours, joules, {900e3, 855e3, 945e3});
    ASSERT_TRUE(measured);
    EXPECT_NEAR(measured->w, 250.0, 1e-6);
    EXPECT_NEAR(measured->u_w, 12.5, 1e-6);
    const auto estimated = powerSlope(hours, joules, {900e3, 270e3, 2700e3});
    EXPECT_NEAR(estimated->low_w, 75.0, 1e-6);
    EXPECT_NEAR(estimated->high_w, 750.0, 1e-6);
}

TEST(PowerSlope, WithoutAnIntervalOfTheEnergyOnlyTheScatterCounts) {
    const auto slope =
        powerSlope(std::vector{0.0, 1.0, 2.0}, std::vector{0.0, 3600.0, 7200.0}, {0.0, kNaN, kNaN});
    ASSERT_TRUE(slope);
    EXPECT_NEAR(slope->w, 1.0, 1e-9);
    EXPECT_NEAR(slope->u_w, 0.0, 1e-9);
}

}  // namespace
}  // namespace wattline
