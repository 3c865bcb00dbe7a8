// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "telemetry/housekeeping/prune_plan.h"

namespace wattline {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;

StoredRun run(const std::string& id, std::int64_t day, std::uint64_t bytes,
              RunState state = RunState::Finished) {
    return {id, state, day * kDay, bytes};
}

std::vector<std::string> ids(const PrunePlan& plan) {
    std::vector<std::string> out;
    for (const auto& each : plan.go)
        out.push_back(each.id);
    return out;
}

using Ids = std::vector<std::string>;

TEST(PrunePlan, WithoutARuleNothingGoes) {
    const auto plan = planPrune({run("a", 1, 10)}, {}, 1000 * kDay);
    EXPECT_TRUE(plan.go.empty());
    EXPECT_EQ(plan.bytes_stay, 10U);
}

TEST(PrunePlan, WhatIsOlderGoesOldestFirst) {
    PrunePolicy policy;
    policy.older_than_ns = 30 * kDay;
    const auto plan = planPrune(
        {run("c", 65, 1), run("b", 20, 2), run("d", 99, 4), run("a", 10, 8)}, policy, 100 * kDay);
    EXPECT_EQ(ids(plan), (Ids{"a", "b", "c"}));
    EXPECT_EQ(plan.bytes_go, 11U);
    EXPECT_EQ(plan.bytes_stay, 4U);
}

TEST(PrunePlan, ARunOfExactlyThatAgeStays) {
    PrunePolicy policy;
    policy.older_than_ns = 30 * kDay;
    EXPECT_TRUE(planPrune({run("a", 70, 1)}, policy, 100 * kDay).go.empty());
}

TEST(PrunePlan, TheOldestGoUntilTheRestIsSmallEnough) {
    PrunePolicy policy;
    policy.max_bytes = 50;
    const auto plan =
        planPrune({run("new", 9, 30), run("old", 1, 30), run("mid", 5, 30)}, policy, 10 * kDay);
    EXPECT_EQ(ids(plan), (Ids{"old", "mid"}));
    EXPECT_TRUE(plan.small_enough);
}

TEST(PrunePlan, ARunThatGoesOnIsNeverTouched) {
    PrunePolicy policy;
    policy.older_than_ns = 0;
    policy.max_bytes = 0;
    for (const auto state :
         {RunState::Queued, RunState::Starting, RunState::Running, RunState::Held,
          RunState::Suspended, RunState::Resuming, RunState::Stopping}) {
        const auto plan = planPrune({run("a", 1, 10, state)}, policy, 100 * kDay);
        EXPECT_TRUE(plan.go.empty()) << name(state);
        EXPECT_EQ(plan.live, 1U);
        EXPECT_FALSE(plan.small_enough) << "and it is said that this is not enough";
    }
}

TEST(PrunePlan, TheOrderOfTheRunsDoesNotMatter) {
    PrunePolicy policy;
    policy.max_bytes = 10;
    const auto a = planPrune({run("x", 3, 10), run("y", 3, 10)}, policy, 9 * kDay);
    const auto b = planPrune({run("y", 3, 10), run("x", 3, 10)}, policy, 9 * kDay);
    EXPECT_EQ(ids(a), ids(b));
}

}  // namespace
}  // namespace wattline
