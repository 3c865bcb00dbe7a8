// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/factors.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/analysis/comparison.h"
#include "tests/telemetry/analysis/sample_summary.h"

namespace wattline {
namespace {

using test::sampleSummary;
using testing::Contains;
using testing::HasSubstr;

constexpr double kKwh = 3.6e6;

RunSummary oneKwh() {
    return sampleSummary("a", EnergyMethod::Counter, kKwh, 0.1 * kKwh);
}

TEST(Factors, AreOffUnlessGiven) {
    const auto derived = derive(oneKwh(), {}, {});
    EXPECT_FALSE(derived.site_j || derived.cost || derived.carbon_g);
    EXPECT_TRUE(derived.notes.empty());
    const auto plain = compare({oneKwh(), oneKwh()});
    EXPECT_EQ(withFactors(plain, {}, {{}, {}}).rows.size(), plain.rows.size());
}

TEST(Factors, MultiplyEachOtherAndNeverTheMeasuredJoules) {
    Factors factors;
    factors.pue = 1.5;
    factors.price_per_kwh = 0.4;
    factors.carbon = CarbonIntensity{{{0.0, 300.0}}};
    const auto run = oneKwh();
    const auto derived = derive(run, factors, {});
    EXPECT_NEAR(derived.site_j->value, 1.5 * kKwh, 1e-6);
    EXPECT_NEAR(derived.cost->value, 0.6, 1e-12);
    EXPECT_NEAR(derived.cost->low, 0.54, 1e-9) << "the energy's own interval";
    EXPECT_NEAR(derived.cost->high, 0.66, 1e-9);
    EXPECT_NEAR(derived.carbon_g->value, 450.0, 1e-9);
    const auto with = withFactors(compare({run, run}), factors, {derived, derived});
    const auto energy = std::ranges::find(with.rows, "energy_j", &ComparisonRow::key);
    ASSERT_NE(energy, with.rows.end());
    EXPECT_EQ(energy->figures[0].value, kKwh) << "the measured row stays what it was";
    for (const char* key : {"site_j", "cost", "carbon_g"})
        EXPECT_NE(std::ranges::find(with.rows, key, &ComparisonRow::key), with.rows.end()) << key;
}

TEST(Factors, EachJouleHasTheIntensityOfItsTime) {
    Factors factors;
    factors.carbon = CarbonIntensity{{{1000.0, 100.0}, {2000.0, 500.0}, {3000.0, 100.0}}};
    // A quarter of the energy was drawn while the grid was dirty.
    const std::vector<EnergyPoint> trace{
        {1000.0, 0.0}, {2000.0, 0.5 * kKwh}, {3000.0, 0.75 * kKwh}, {4000.0, kKwh}};
    EXPECT_NEAR(derive(oneKwh(), factors, trace).carbon_g->value, 200.0, 1e-9);
}

TEST(Factors, ARunOutsideOfTheCourseHasNoCarbonFigure) {
    Factors factors;
    factors.carbon = CarbonIntensity{{{1000.0, 100.0}, {2000.0, 500.0}}};
    EXPECT_FALSE(factors.carbon->at(999.0));
    EXPECT_EQ(factors.carbon->at(2999.0), 500.0) << "as long as the value before";
    EXPECT_FALSE(factors.carbon->at(3001.0));
    const auto derived = derive(oneKwh(), factors, {{2500.0, 0.0}, {5000.0, kKwh}});
    EXPECT_FALSE(derived.carbon_g);
    EXPECT_THAT(derived.notes, Contains(HasSubstr("do not cover")));
}

TEST(Factors, NeedAnEnergy) {
    Factors factors;
    factors.pue = 1.2;
    const auto derived = derive(RunSummary{}, factors, {});
    EXPECT_FALSE(derived.site_j);
    EXPECT_THAT(derived.notes, Contains(HasSubstr("need an energy")));
}

}  // namespace
}  // namespace wattline
