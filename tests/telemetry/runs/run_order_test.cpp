// SPDX-License-Identifier: Apache-2.0
// Whatever a socket does to frames, the figures are those of the journals: bit for bit.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

using test::FakeRun;
using test::Frame;

const std::vector<PowerDevice> kSensors{
    test::sensor("GPU-1", EnergyMethod::Integrated, 0.1),
    test::sensor("GPU-2", EnergyMethod::Integrated, 0.1),
};

/// 20 s of three ranks with a hold in the middle; every rank reads both devices.
void train(FakeRun& run, std::mt19937& random) {
    std::uniform_real_distribution<double> watts(80, 120);
    std::uint64_t step = 1;
    for (int i = 0; i <= 200; ++i) {
        const double t = 0.1 * i;
        if (i == 90) run.rank(0).event(t, "held");
        if (i == 130) run.rank(0).event(t, "resumed");
        for (std::size_t rank = 0; rank < run.size(); ++rank) {
            run.rank(rank).power(t + 0.001 * static_cast<double>(rank), watts(random), 0);
            run.rank(rank).power(t + 0.001 * static_cast<double>(rank), watts(random), 1);
        }
        if (i % 5 != 0 || i == 0 || (i > 90 && i < 130)) continue;
        for (std::size_t rank = 0; rank < run.size(); ++rank)
            run.rank(rank).step(step, t - 0.01 + 0.001 * static_cast<double>(rank),
                                watts(random) / 100, 32, 0.4 + 0.001 * watts(random));
        if (step % 10 == 0) {
            wire::Event evaluated;
            evaluated.step = static_cast<std::int64_t>(step);
            evaluated.loss = watts(random);
            run.rank(0).event(t, "evaluated", evaluated);
        }
        ++step;
    }
    run.ended(20.1);
}

/// Frames as a bad socket brings them: ranks at random speeds, some lost, some twice, some late.
void sendBadly(FakeRun& run, RunHistory& history, std::mt19937& random, bool heal_on_the_way) {
    std::vector<std::size_t> next(run.size(), 0);
    std::vector<const Frame*> late;
    const auto left = [&](std::size_t rank) { return next[rank] < run.rank(rank).frames.size(); };
    while (left(0) || left(1) || left(2)) {
        const auto rank = random() % run.size();
        if (!left(rank)) continue;
        const Frame& frame = run.rank(rank).frames[next[rank]++];
        switch (random() % 12) {
        case 0:
            break;  // lost
        case 1:
            test::send(history, frame);
            test::send(history, frame);
            break;
        case 2:
            late.push_back(&frame);
            break;
        default:
            test::send(history, frame);
        }
        if (!late.empty() && random() % 4 == 0) {
            test::send(history, *late.back());
            late.pop_back();
        }
        if (heal_on_the_way && history.needsHealing() && random() % 20 == 0) {
            ASSERT_TRUE(history.heal());
        }
        if (random() % 50 == 0) (void)history.summary();
    }
}

bool same(double a, double b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

void expectSameColumn(const std::vector<double>& one, const std::vector<double>& other) {
    for (std::size_t row = 0; row < one.size(); ++row)
        ASSERT_TRUE(same(one[row], other[row])) << "row " << row;
}

void expectSameStream(const ColumnTable& one, const ColumnTable& other, std::uint32_t stream) {
    ASSERT_EQ(one.rows(stream), other.rows(stream));
    std::vector<double> a(static_cast<std::size_t>(one.rows(stream))), b(a.size());
    for (std::size_t axis = 0; axis < one.shape().axes.size(); ++axis) {
        ASSERT_TRUE(one.readAxis(stream, axis, 0, 0, a));
        ASSERT_TRUE(other.readAxis(stream, axis, 0, 0, b));
        expectSameColumn(a, b);
    }
    for (std::size_t value = 0; value < one.shape().values.size(); ++value) {
        ASSERT_TRUE(one.readRows(stream, value, 0, a));
        ASSERT_TRUE(other.readRows(stream, value, 0, b));
        expectSameColumn(a, b);
    }
}

void expectSameTables(RunHistory& a, RunHistory& b) {
    const auto left = a.tables(), right = b.tables();
    ASSERT_EQ(left.size(), right.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
        SCOPED_TRACE(left[i]->shape().name);
        ASSERT_EQ(left[i]->shape(), right[i]->shape());
        for (std::uint32_t stream = 0; stream < left[i]->shape().streams; ++stream)
            expectSameStream(*left[i], *right[i], stream);
    }
}

TEST(RunOrder, AnyLossRepetitionAndDelayOnTheSocketEndsInTheFiguresOfTheJournals) {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        FakeRun run(3, kSensors);
        train(run, random);
        const auto clean = run.open();
        ASSERT_EQ(clean->summary().step, 33);
        ASSERT_EQ(clean->summary().records_lost, 0);
        ASSERT_GT(clean->summary().held_s, 3.9);

        auto history = run.history();
        sendBadly(run, history, random, seed % 2 == 0);
        ASSERT_TRUE(history.heal());
        EXPECT_FALSE(history.needsHealing());
        ASSERT_TRUE(history.superviseNow());
        EXPECT_EQ(wire::toJson(history.summary(), 1), wire::toJson(clean->summary(), 1));
        expectSameTables(history, *clean);
        if (HasFailure()) return;
    }
}

TEST(RunOrder, LiveFiguresInOrderOfTimeAreThoseOfTheJournals) {
    std::mt19937 random(7);
    FakeRun run(3, kSensors);
    train(run, random);
    auto live = run.history();
    std::size_t longest = 0;
    for (std::size_t rank = 0; rank < run.size(); ++rank)
        longest = std::max(longest, run.rank(rank).frames.size());
    for (std::size_t i = 0; i < longest; ++i) {
        for (std::size_t rank = 0; rank < run.size(); ++rank)
            if (i < run.rank(rank).frames.size()) test::send(live, run.rank(rank).frames[i]);
        (void)live.summary();
    }
    EXPECT_FALSE(live.needsHealing());
    const auto clean = run.open();
    EXPECT_EQ(wire::toJson(live.summary(), 1), wire::toJson(clean->summary(), 1));
    expectSameTables(live, *clean);
}

TEST(RunOrder, ARankThatWasCutOffForAWhileChangesNothingInTheEnd) {
    std::mt19937 random(11);
    FakeRun run(3, kSensors);
    train(run, random);
    auto live = run.history();
    // All hellos and then rank 0 alone: after 2 s of silence the others hold nobody up any more.
    for (std::size_t rank = 1; rank < run.size(); ++rank)
        test::send(live, run.rank(rank).frames.front());
    for (std::size_t i = 0; i + 1 < run.rank(0).frames.size(); ++i)
        test::send(live, run.rank(0).frames[i]);
    run.clock.advance(3'000'000'000);
    test::send(live, run.rank(0).frames.back());
    (void)live.summary();
    ASSERT_GT(live.tables().at(1)->rows(0), 50);
    for (std::size_t rank = 1; rank < run.size(); ++rank)
        for (const auto& frame : run.rank(rank).frames)
            test::send(live, frame);
    (void)live.summary();
    ASSERT_TRUE(live.superviseNow());
    const auto clean = run.open();
    EXPECT_EQ(wire::toJson(live.summary(), 1), wire::toJson(clean->summary(), 1));
    expectSameTables(live, *clean);
}

TEST(RunOrder, ASecondHealGainsNothing) {
    std::mt19937 random(3);
    FakeRun run(3, kSensors);
    train(run, random);
    auto history = run.history();
    EXPECT_EQ(history.heal().value_or(-1),
              static_cast<std::int64_t>(run.rank(0).records() + run.rank(1).records() +
                                        run.rank(2).records()));
    const auto revision = history.revision();
    EXPECT_EQ(history.heal().value_or(-1), 0);
    EXPECT_EQ(history.revision(), revision);
}

TEST(RunOrder, AHeartbeatTellsOfRecordsThatTheSocketLost) {
    FakeRun run(1);
    auto history = run.history();
    test::send(history, run.rank(0).frames.front());
    run.rank(0).step(1, 1.0);
    run.rank(0).step(2, 2.0);
    EXPECT_FALSE(history.needsHealing());
    test::send(history, run.rank(0).heartbeat(2.5));
    EXPECT_TRUE(history.needsHealing());
    EXPECT_EQ(history.summary().records_expected, 3);
    EXPECT_EQ(history.summary().records_lost, 0);  // on its way, not lost
    ASSERT_TRUE(history.heal());
    EXPECT_FALSE(history.needsHealing());
    EXPECT_EQ(history.summary().step, 2);
}

TEST(RunOrder, CountsAGapInTheJournalAndWhatARankDroppedAsLost) {
    FakeRun run(1);
    run.rank(0).step(1, 1.0);
    run.rank(0).skipRecord();
    run.rank(0).skipRecord();
    run.rank(0).step(4, 4.0);
    run.rank(0).ended(5.0, "finished", 7);
    const auto history = run.open();
    const auto& summary = history->summary();
    EXPECT_EQ(summary.records_expected, 6 + 7);
    EXPECT_EQ(summary.records_stored, 4);
    EXPECT_EQ(summary.records_lost, 2 + 7);
    EXPECT_EQ(summary.step, 4);
}

}  // namespace
}  // namespace wattline
