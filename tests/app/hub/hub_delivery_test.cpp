// SPDX-License-Identifier: Apache-2.0
// What ranks record arrives, whatever is killed in between.
#include <gmock/gmock.h>

#include "telemetry/runs/run_history.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

using HubDelivery = HubFixture;

constexpr int kSteps = 400;
constexpr int kStepUs = 2'000;

TEST_F(HubDelivery, BringsEveryRecordOfEveryRank) {
    const auto hub = startHub();
    const auto folder = prepareRun(2);
    auto zero = startRank(folder, 0, 2, kSteps, kStepUs);
    auto one = startRank(folder, 1, 2, kSteps, kStepUs);
    EXPECT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state == RunState::Running && run->step > 0;
    })) << "it is shown live";
    EXPECT_EQ(zero.join(), 0);
    EXPECT_EQ(one.join(), 0);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state == RunState::Finished && run->step == kSteps;
    }));
    const auto run = summary(folder.id());
    EXPECT_EQ(run->records_lost, 0);
    EXPECT_EQ(run->records_stored, run->records_expected);
    EXPECT_GE(run->records_stored, 2 * kSteps);
    EXPECT_GT(statusNumber("frames"), 0);
}

TEST_F(HubDelivery, AHubKilledInMidStreamCostsNothing) {
    const auto folder = prepareRun(2);
    auto hub = startHub();
    auto zero = startRank(folder, 0, 2, kSteps, kStepUs);
    auto one = startRank(folder, 1, 2, kSteps, kStepUs);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->step > 20;
    }));
    hub.kill(SIGKILL);
    EXPECT_EQ(hub.join(), 128 + SIGKILL);
    const auto second = startHub();
    EXPECT_EQ(zero.join(), 0) << "training goes on";
    EXPECT_EQ(one.join(), 0);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state == RunState::Finished && run->step == kSteps;
    }));
    const auto run = summary(folder.id());
    EXPECT_EQ(run->records_lost, 0);
    EXPECT_EQ(run->records_stored, run->records_expected);
    const auto report = verifyRun(folder);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->records_lost, 0);
    EXPECT_EQ(report->records_stored, report->records_expected);
    EXPECT_THAT(report->findings, ::testing::IsEmpty());
}

TEST_F(HubDelivery, ARunWithoutAHubIsFoundByTheNextOne) {
    const auto folder = prepareRun(1);
    EXPECT_EQ(startRank(folder, 0, 1, 50, 500).join(), 0);
    const auto hub = startHub();
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state == RunState::Finished && run->step == 50;
    }));
}

TEST_F(HubDelivery, AFolderThatIsRemovedIsForgotten) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    EXPECT_EQ(startRank(folder, 0, 1, 10, 500).join(), 0);
    ASSERT_TRUE(eventually([&] { return summary(folder.id()).has_value(); }));
    std::filesystem::remove_all(folder.path);
    EXPECT_TRUE(eventually([&] { return !summary(folder.id()).has_value(); }));
    EXPECT_EQ(statusNumber("runs"), 0);
}

}  // namespace
}  // namespace wattline
