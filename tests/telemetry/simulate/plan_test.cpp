// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/simulate/plan_text.h"

namespace wattline::simulate {
namespace {

using testing::HasSubstr;

TEST(Plan, EightRanksANodeUnlessTold) {
    EXPECT_EQ(completed({.ranks = 17})->nodes, 3U);
    const auto plan = completed({.ranks = 2048, .nodes = 256}).value();
    EXPECT_EQ(plan.ranksPerNode(), 8U);
    EXPECT_EQ(plan.nodeOf(2047), 255U);
    EXPECT_EQ(completed({.ranks = 5, .nodes = 4})->nodes, 3U);  // 2, 2 and 1: none stays empty
}

TEST(Plan, RefusesWhatCannotBeWithASentenceThatNamesTheOption) {
    const auto why = [](Plan plan) { return completed(std::move(plan)).error().message; };
    EXPECT_THAT(why({.ranks = 0}), HasSubstr("--ranks is 0"));
    EXPECT_THAT(why({.ranks = 2, .nodes = 3}), HasSubstr("every node needs a rank"));
    EXPECT_THAT(why({.rate_hz = 0.0}), HasSubstr("--rate is 0 steps/s; give 0.01 to 1000"));
    EXPECT_THAT(why({.ranks = 4, .stragglers = {{4, 1.5}}}),
                HasSubstr("names rank 4; ranks are 0 to 3"));
    EXPECT_THAT(why({.ranks = 4, .stragglers = {{1, 0.5}}}), HasSubstr("slows rank 1 by 0.5"));
    EXPECT_THAT(why({.ranks = 4, .deaths = {{true, 1, 2.0}}}), HasSubstr("nodes are 0 to 0"));
    EXPECT_THAT(why({.ranks = 4, .sensor_faults = {{9, 1.0, 1.0}}}), HasSubstr("--sensor-fault"));
}

TEST(Plan, TheRunSaysThatItIsSimulated) {
    EXPECT_TRUE(specOf(completed({}).value()).simulated);
}

TEST(PlanText, ReadsTimesWithTheirUnits) {
    EXPECT_EQ(parseSeconds("90").value(), 90.0);
    EXPECT_EQ(parseSeconds("20s").value(), 20.0);
    EXPECT_EQ(parseSeconds("250ms").value(), 0.25);
    EXPECT_EQ(parseSeconds("1.5m").value(), 90.0);
    EXPECT_EQ(parseSeconds("2h").value(), 7200.0);
    for (const auto* bad : {"", "s", "-1s", "1 s", "1x", "nan", "inf", "1s2"})
        EXPECT_FALSE(parseSeconds(bad)) << bad;
}

TEST(PlanText, ReadsIncidents) {
    EXPECT_EQ(parseStraggler("17:1.5")->rank, 17U);
    EXPECT_EQ(parseStraggler("17:1.5")->factor, 1.5);
    EXPECT_EQ(parseDeath("3@20s", false)->at_s, 20.0);
    EXPECT_TRUE(parseDeath("1@2m", true)->whole_node);
    EXPECT_EQ(parseSensorFault("5@10s+3s")->for_s, 3.0);
    EXPECT_FALSE(parseSensorFault("5@10s+3s")->resets);
    EXPECT_TRUE(parseSensorFault("5@10s")->resets);
}

TEST(PlanText, ShowsTheRightFormOfWhatItCannotRead) {
    EXPECT_THAT(parseStraggler("17").error().message, HasSubstr("RANK:FACTOR, as in 17:1.5"));
    EXPECT_THAT(parseStraggler("-1:2").error().message, HasSubstr("--straggler cannot be '-1:2'"));
    EXPECT_THAT(parseDeath("3", false).error().message, HasSubstr("RANK@TIME"));
    EXPECT_THAT(parseDeath("3@", true).error().message, HasSubstr("NODE@TIME"));
    EXPECT_THAT(parseSensorFault("3@x").error().message, HasSubstr("RANK@TIME+TIME"));
}

}  // namespace
}  // namespace wattline::simulate
