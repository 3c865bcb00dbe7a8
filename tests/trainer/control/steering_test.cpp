// SPDX-License-Identifier: Apache-2.0
#include "trainer/control/steering.h"

#include <array>
#include <ctime>
#include <gmock/gmock.h>

#include "tests/trainer/support/mpi_main.h"
#include "tests/trainer/support/recording_link.h"

namespace wattline::trainer {
namespace {

using test::ranks;
using testing::ElementsAre;

class SteeringTest : public testing::Test {
protected:
    void give(const std::string& id, CommandKind kind, int from_look = 0) {
        if (ranks().rank() == 0) link.commands.push_back({{id, kind}, from_look});
    }
    /// One step's vote, summed as the gradients' all-reduce would.
    bool step(std::int64_t number) {
        StepVote vote;
        steering.propose(vote, number);
        std::array<float, kVoteFloats> floats{};
        writeVote(vote, floats);
        ranks().startSum(floats).wait();
        return steering.act(readVote(floats), number);
    }
    /// Events come from rank 0 alone.
    template <typename Matcher> void expectEvents(Matcher matcher) {
        if (ranks().rank() == 0) {
            EXPECT_THAT(link.eventKinds(), matcher);
        } else {
            EXPECT_TRUE(link.events.empty());
        }
    }

    test::RecordingLink link;
    bool signalled = false;
    Steering steering{link, ranks(), [this] { return signalled; }};
};

TEST_F(SteeringTest, WithoutCommandsARunGoesOn) {
    EXPECT_TRUE(step(1));
    EXPECT_THAT(link.states, ElementsAre(RunState::Running));
    expectEvents(testing::IsEmpty());
}

TEST_F(SteeringTest, AHoldLastsUntilTheResume) {
    give("h1", CommandKind::Hold);
    give("r1", CommandKind::Resume, 5);
    EXPECT_TRUE(step(7));
    EXPECT_THAT(link.states, ElementsAre(RunState::Running, RunState::Held, RunState::Running));
    expectEvents(ElementsAre("command", "held", "command", "resumed"));
    if (ranks().rank() != 0) return;
    EXPECT_GE(link.looks, 5);
    EXPECT_EQ(link.events[1].command_id, "h1");
    EXPECT_EQ(link.events[1].step, 7);
    EXPECT_EQ(link.events[3].command_id, "r1");
    EXPECT_EQ(link.events[0].accepted, true);
}

TEST_F(SteeringTest, AStopEndsTheRunOnEveryRank) {
    give("s1", CommandKind::Stop);
    EXPECT_FALSE(step(3));
    EXPECT_EQ(link.states.back(), RunState::Stopping);
    expectEvents(ElementsAre("command", "stopping"));
}

TEST_F(SteeringTest, AStopDuringAHoldEndsBoth) {
    give("h1", CommandKind::Hold);
    give("s1", CommandKind::Stop, 3);
    EXPECT_FALSE(step(3));
    expectEvents(ElementsAre("command", "held", "command", "resumed", "stopping"));
}

TEST_F(SteeringTest, ASignalToAnyRankStopsAll) {
    signalled = ranks().rank() == ranks().size() - 1;
    EXPECT_FALSE(step(1));
    expectEvents(ElementsAre("stopping"));
    if (ranks().rank() == 0) {
        EXPECT_EQ(link.events[0].text, "a signal asked for it");
    }
}

TEST_F(SteeringTest, ACommandThatCannotBeDoneIsAnsweredWithTheReason) {
    give("c1", CommandKind::Checkpoint);
    give("r1", CommandKind::Resume);
    EXPECT_TRUE(step(1));
    expectEvents(ElementsAre("command", "command"));
    if (ranks().rank() != 0) return;
    EXPECT_EQ(link.events[0].accepted, false);
    EXPECT_FALSE(link.events[0].reason.empty());
    EXPECT_EQ(link.events[1].accepted, true);  // it runs already: accepted, changes nothing
}

TEST_F(SteeringTest, CommandsThatChangeSomethingTakeAStepEach) {
    give("h1", CommandKind::Hold);
    give("r1", CommandKind::Resume);
    give("h2", CommandKind::Hold);
    give("r2", CommandKind::Resume);
    EXPECT_TRUE(step(1));
    expectEvents(ElementsAre("command", "held", "command", "resumed"));
    EXPECT_TRUE(step(2));
    EXPECT_TRUE(step(3));
    if (ranks().rank() == 0) {
        EXPECT_EQ(link.events.size(), 8U);
    }
}

TEST_F(SteeringTest, AHeldRankLeavesItsCoreToOthers) {
    give("h1", CommandKind::Hold);
    give("r1", CommandKind::Resume, 40);
    std::timespec cpu_before{}, cpu_after{}, before{}, after{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu_before);
    clock_gettime(CLOCK_MONOTONIC, &before);
    EXPECT_TRUE(step(1));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu_after);
    clock_gettime(CLOCK_MONOTONIC, &after);
    const auto seconds = [](const std::timespec& a, const std::timespec& b) {
        return static_cast<double>(b.tv_sec - a.tv_sec) +
               1e-9 * static_cast<double>(b.tv_nsec - a.tv_nsec);
    };
    EXPECT_LT(seconds(cpu_before, cpu_after) / seconds(before, after), 0.02);
}

}  // namespace
}  // namespace wattline::trainer
