// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/comparison.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/telemetry/analysis/sample_summary.h"

namespace wattline {
namespace {

using test::sampleSummary;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const ComparisonRow& row(const Comparison& comparison, const std::string& key) {
    const auto it = std::ranges::find(comparison.rows, key, &ComparisonRow::key);
    EXPECT_NE(it, comparison.rows.end()) << key;
    return *it;
}

RunSummary measured(const std::string& device, double j, double u) {
    return sampleSummary(device, EnergyMethod::Counter, j, u);
}

TEST(Compare, DifferenceBeyondBothUncertaintiesIsNamed) {
    const auto c = compare({measured("a", 1000.0, 60.0), measured("b", 1200.0, 70.0),
                            measured("c", 1050.0, 60.0), measured("d", 700.0, 10.0)});
    const auto& energy = row(c, "energy_j");
    EXPECT_THAT(energy.verdict, testing::ElementsAre("", "higher", "not distinguishable", "lower"));
    EXPECT_FALSE(energy.difference_percent[0]);
    EXPECT_NEAR(energy.difference_percent[1].value(), 20.0, 1e-9);
    EXPECT_NEAR(energy.difference_percent[3].value(), -30.0, 1e-9);
}

TEST(Compare, CommonGainOfOneDeviceDropsOutOfTheDifference) {
    // u = 58 J of 1000 J is 2 x 0.05 E / sqrt(3) and little else.
    const auto same = compare({measured("a", 1000.0, 58.0), measured("a", 1030.0, 59.8)});
    EXPECT_EQ(row(same, "energy_j").verdict[1], "higher");
    const auto others = compare({measured("a", 1000.0, 58.0), measured("b", 1030.0, 59.8)});
    EXPECT_EQ(row(others, "energy_j").verdict[1], "not distinguishable");
}

TEST(Compare, EstimatesAreNeverJudged) {
    const auto estimate = [](double j, double u) {
        return sampleSummary("host:x/cpu", EnergyMethod::Estimated, j, u);
    };
    const auto c = compare({estimate(100.0, 1.0), estimate(110.0, 1.0), estimate(100.5, 1.0)});
    for (const char* key : {"energy_j", "mean_power_w", "energy_per_sample_j"})
        EXPECT_THAT(row(c, key).verdict,
                    testing::ElementsAre("", "estimate, not judged", "estimate, not judged"));
    EXPECT_THAT(c.notes, Contains(HasSubstr("Estimated energy")));
}

TEST(Compare, DifferentMethodsAreNotJudgedAndANoteSaysSo) {
    const auto c = compare(
        {measured("a", 1000.0, 10.0), sampleSummary("a", EnergyMethod::Estimated, 5000.0, 10.0)});
    EXPECT_EQ(row(c, "energy_j").verdict[1], "");
    EXPECT_THAT(c.notes, Contains(HasSubstr("different methods (counter, estimated)")));
}

TEST(Compare, WithoutAnUncertaintyThereIsADifferenceButNoVerdict) {
    auto a = measured("a", 1000.0, 10.0), b = measured("b", 2000.0, 10.0);
    b.energy_u_j.reset();
    a.train_loss = 2.0;
    b.val_loss = 0.5;
    const auto c = compare({a, b});
    EXPECT_EQ(row(c, "energy_j").verdict[1], "");
    EXPECT_TRUE(row(c, "energy_j").difference_percent[1]);
    EXPECT_EQ(row(c, "wall_s").verdict[1], "");
    EXPECT_FALSE(row(c, "val_loss").figures[0].value) << "unknown stays unknown";
    EXPECT_FALSE(row(c, "val_loss").difference_percent[1]) << "never against a training loss";
}

TEST(Compare, DerivedFiguresCarryTheEnergysRelativeUncertainty) {
    const auto c = compare({measured("a", 1000.0, 50.0)});
    const auto& per_sample = row(c, "energy_per_sample_j").figures[0];
    EXPECT_NEAR(per_sample.value.value(), 1.0, 1e-12);
    EXPECT_NEAR(per_sample.u.value(), 0.05, 1e-12);
    EXPECT_NEAR(row(c, "mean_power_w").figures[0].u.value(), 0.5, 1e-12);
}

TEST(Compare, SlopesOfOneDeviceAreComparedByTheirScatter) {
    auto a = measured("a", 1000.0, 58.0), b = a;
    a.slope_w = 200.0;
    b.slope_w = 205.0;
    a.slope_u_w = b.slope_u_w = 11.7;  // 5.8 % of it is the gain
    EXPECT_EQ(row(compare({a, b}), "slope_w").verdict[1], "higher");
    b.energy[0].device.id = "b";
    EXPECT_EQ(row(compare({a, b}), "slope_w").verdict[1], "not distinguishable");
}

TEST(Compare, UnitFollowsTheLargestEnergyAndLabelsTheKindOfHours) {
    auto a = measured("a", 5000.0, 10.0), b = measured("b", 5e6, 10.0);
    EXPECT_EQ(row(compare({a, b}), "energy_j").unit, "kWh");
    EXPECT_EQ(row(compare({a}), "energy_j").unit, "Wh");
    EXPECT_EQ(row(compare({a}), "gpu_hours").label, "GPU hours");
    a.slope_w = 20.0;
    EXPECT_EQ(row(compare({a}), "slope_w").label, "Slope (power per GPU)");
    a.device_kind = "cpu";
    EXPECT_EQ(row(compare({a}), "gpu_hours").label, "Rank hours");
    EXPECT_EQ(row(compare({a}), "slope_w").label, "Slope (power per rank)");
}

TEST(Compare, NotesNameWhatElseDiffers) {
    auto a = measured("a", 1.0, 0.1), b = a;
    b.spec.seed = 7;
    a.step = 10;
    b.step = 20;
    b.spec.dataset = "synthetic";
    b.records_lost = 3;
    const auto notes = compare({a, b}).notes;
    EXPECT_THAT(notes, Contains("The runs differ in seed: 0, 7."));
    EXPECT_THAT(notes, Contains("The runs differ in steps done: 10, 20."));
    EXPECT_THAT(notes, Contains("The runs differ in dataset: digits, synthetic."));
    EXPECT_THAT(notes, Contains(HasSubstr("Records were lost")));
    EXPECT_THAT(compare({a, a}).notes, IsEmpty());
}

TEST(Compare, RunsThatSharedADeviceAtTheSameTimeAreNamed) {
    auto a = measured("a", 1000.0, 10.0), b = a;
    a.spec.id = "first";
    b.spec.id = "second";
    constexpr std::int64_t second = 1'000'000'000;
    a.spec.created_unix_ns = 1'800'000'000 * second;
    b.spec.created_unix_ns = a.spec.created_unix_ns + 60 * second;  // the first takes 100 s
    EXPECT_THAT(compare({a, b}).notes, Contains(HasSubstr("at the same time on the same device")));
    b.energy[0].device.id = "b";
    EXPECT_THAT(compare({a, b}).notes, IsEmpty()) << "each had a device of its own";
    b.energy[0].device.id = "a";
    b.spec.created_unix_ns = a.spec.created_unix_ns + 101 * second;
    EXPECT_THAT(compare({a, b}).notes, IsEmpty()) << "one after the other";
}

TEST(Compare, NothingToCompareIsEmpty) {
    EXPECT_TRUE(compare({}).rows.empty());
    const auto c = compare({RunSummary{}});
    for (const auto& r : c.rows)
        EXPECT_THAT(r.key, Not(HasSubstr("energy"))) << "a run without energy has no such row";
}

}  // namespace
}  // namespace wattline
