// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "telemetry/runs/epoch_scale.h"
#include "telemetry/runs/sequence_tracker.h"
#include "telemetry/runs/step_assembly.h"
#include "telemetry/runs/timeline.h"

namespace wattline {
namespace {

using Source = SequenceTracker::Source;

TEST(SequenceTracker, TakesEachRecordOnceAndWaitsForWhatLiesBetween) {
    SequenceTracker tracker;
    EXPECT_EQ(tracker.offer(1, 3, Source::Socket), 0U);
    EXPECT_EQ(tracker.offer(1, 3, Source::Socket), std::nullopt);
    EXPECT_EQ(tracker.offer(6, 2, Source::Socket), std::nullopt);
    EXPECT_TRUE(tracker.isBehind());
    EXPECT_EQ(tracker.offer(3, 3, Source::Journal), 1U);  // overlaps by one
    EXPECT_EQ(tracker.offer(6, 2, Source::Journal), 0U);
    EXPECT_FALSE(tracker.isBehind());
    EXPECT_EQ(tracker.stored(), 7U);
    EXPECT_EQ(tracker.expected(), 7U);
    EXPECT_EQ(tracker.lost(), 0U);
}

TEST(SequenceTracker, RefusesNumbersThatNoRankCanReach) {
    SequenceTracker tracker;
    EXPECT_EQ(tracker.offer(~std::uint64_t{0}, 1, Source::Journal), std::nullopt);
    EXPECT_EQ(tracker.offer(0, 1, Source::Journal), std::nullopt);
    tracker.knowsOf(~std::uint64_t{0}, ~std::uint64_t{0});
    EXPECT_EQ(tracker.expected(), 0U);
}

TEST(Timeline, LeavesHoldsAndThePauseBetweenAttemptsOut) {
    Timeline line;
    line.openAttempt(0.0, 2.0);
    line.extendTo(100.0);
    line.hold(10.0);
    EXPECT_TRUE(line.held());
    line.hold(12.0);  // said twice
    line.resume(30.0);
    line.resume(31.0);
    EXPECT_FALSE(line.held());
    EXPECT_TRUE(line.isInsideHold(20.0));
    EXPECT_FALSE(line.isInsideHold(30.0));
    EXPECT_DOUBLE_EQ(line.activeUntil(20.0), 10.0);
    EXPECT_DOUBLE_EQ(line.activeUntil(100.0), 80.0);
    line.openAttempt(200.0, 4.0);
    line.extendTo(250.0);
    EXPECT_DOUBLE_EQ(line.activeUntil(150.0), 80.0);
    EXPECT_DOUBLE_EQ(line.activeUntil(250.0), 130.0);
    EXPECT_DOUBLE_EQ(line.heldUntil(250.0), 20.0);
    EXPECT_DOUBLE_EQ(line.gpuHoursUntil(250.0), (80.0 * 2 + 50.0 * 4) / 3600);
    EXPECT_EQ(line.holds().size(), 1U);
    ASSERT_EQ(line.suspensions().size(), 1U);
    EXPECT_DOUBLE_EQ(line.suspensions()[0].from_s, 100.0);
    EXPECT_DOUBLE_EQ(line.suspensions()[0].to_s, 200.0);
}

TEST(Timeline, EndsAHoldWithTheAttemptThatWasHeld) {
    Timeline line;
    line.openAttempt(0.0, 1.0);
    line.hold(10.0);
    line.extendTo(15.0);
    line.openAttempt(20.0, 1.0);
    EXPECT_FALSE(line.held());
    EXPECT_DOUBLE_EQ(line.heldUntil(100.0), 5.0);
}

TEST(StepAssembly, LetsAnIncompleteStepGoOnceALaterOneIsComplete) {
    StepAssembly steps(2);
    StepRecord record;
    record.step = 1;
    EXPECT_FALSE(steps.add(0, record));
    EXPECT_FALSE(steps.add(0, record));  // the same rank again
    EXPECT_FALSE(steps.add(2, record));  // no such rank
    record.step = 2;
    EXPECT_FALSE(steps.add(1, record));
    ASSERT_TRUE(steps.add(0, record));
    EXPECT_EQ(steps.complete().step, 2U);
    record.step = 1;
    EXPECT_FALSE(steps.add(1, record));
    EXPECT_FALSE(steps.wasLate());
}

TEST(StepAssembly, GivesTheSameFiguresInWhateverOrderRanksReport) {
    constexpr std::uint32_t ranks = 5;
    constexpr std::uint64_t count = 500;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> loss(0.0, 1.0);
    std::vector<std::vector<StepRecord>> records(ranks);
    for (auto& of_rank : records)
        for (std::uint64_t step = 7; step < 7 + count; ++step) {
            StepRecord record;
            record.step = step;
            record.samples = static_cast<std::uint32_t>(random() % 5);
            record.loss = loss(random);
            record.duration_ns = static_cast<std::int64_t>(random());
            of_rank.push_back(record);
        }
    const auto run = [&](bool one_after_the_other) {
        StepAssembly steps(ranks);
        std::vector<RunStep> done;
        std::vector<std::size_t> next(ranks, 0);
        for (std::size_t left = ranks * count; left > 0;) {
            auto rank = static_cast<std::uint32_t>(random() % ranks);
            for (std::uint32_t r = 0; one_after_the_other && r < ranks; ++r)
                if (next[r] < count) rank = r;
            if (next[rank] == count) continue;
            --left;
            if (steps.add(rank, records[rank][next[rank]++])) done.push_back(steps.complete());
        }
        EXPECT_FALSE(steps.wasLate());
        return done;
    };
    const auto mixed = run(false), sorted = run(true);
    ASSERT_EQ(mixed.size(), count);
    ASSERT_EQ(sorted.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(mixed[i].step, 7 + i);
        EXPECT_EQ(mixed[i].samples, sorted[i].samples);
        EXPECT_TRUE(mixed[i].loss == sorted[i].loss || mixed[i].samples == 0);
        EXPECT_EQ(mixed[i].duration_s, sorted[i].duration_s);
    }
}

TEST(StepAssembly, SaysSoWhenARankComesAfterItWasNoLongerWaitedFor) {
    StepAssembly steps(2);
    StepRecord record;
    for (record.step = 1; record.step <= 2'000'000; ++record.step)
        ASSERT_FALSE(steps.add(0, record));
    EXPECT_FALSE(steps.wasLate());
    record.step = 1;
    EXPECT_FALSE(steps.add(1, record));
    EXPECT_TRUE(steps.wasLate());
    record.step = 2'000'000;
    EXPECT_TRUE(steps.add(1, record));
}

TEST(EpochScale, CountsWholeEpochsUntilItLearnsTheirLength) {
    EpochScale epochs;
    EXPECT_EQ(epochs.done(1, 1), 0.0);
    EXPECT_EQ(epochs.done(1, 4), 0.0);
    EXPECT_EQ(epochs.done(2, 5), 1.25);
    EXPECT_EQ(epochs.done(2, 8), 2.0);
    EXPECT_TRUE(std::isnan(epochs.done(0, 9)));
}

TEST(EpochScale, FollowsThePlanAndNeverPassesTheEpochsEnd) {
    EpochScale epochs;
    epochs.plan(10.0);
    EXPECT_DOUBLE_EQ(epochs.done(1, 5), 0.5);
    EXPECT_DOUBLE_EQ(epochs.done(1, 11), 1.0);
    EXPECT_DOUBLE_EQ(epochs.done(2, 12), 1.2);
}

}  // namespace
}  // namespace wattline
