// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/cost_model.h"

#include <gtest/gtest.h>
#include <numeric>

namespace wattline::simulate {
namespace {

Plan planOf(Plan plan) {
    return completed(std::move(plan)).value();
}

TEST(CostModel, PhasesAddUpToTheStepAndNoneIsNegative) {
    const CostModel model(planOf({.ranks = 8, .duration_s = 100.0, .stragglers = {{3, 1.4}}}));
    for (std::uint64_t step = 1; step <= 1000; ++step)
        for (std::uint32_t rank = 0; rank < 8; ++rank) {
            const auto record = model.record(rank, step);
            const auto sum =
                std::accumulate(record.phase_ns.begin(), record.phase_ns.end(), std::int64_t{0});
            ASSERT_NEAR(static_cast<double>(sum), static_cast<double>(record.duration_ns), 10.0);
            for (const auto ns : record.phase_ns)
                ASSERT_GT(ns, 0);
        }
}

TEST(CostModel, StepsComeAtTheRateThatWasAskedFor) {
    const auto plan = planOf({.ranks = 8, .rate_hz = 20.0, .duration_s = 100.0});
    const CostModel model(plan);
    double seconds = 0.0;
    for (std::uint64_t step = 1; step <= plan.steps(); ++step)
        seconds += model.stepSeconds(step);
    EXPECT_NEAR(seconds, plan.duration_s, 0.005 * plan.duration_s);
}

TEST(CostModel, AllWaitForAStragglerAndOnlyItDoesNotWait) {
    const CostModel model(planOf({.ranks = 4, .stragglers = {{2, 2.0}}}));
    const auto slow = model.record(2, 7), fast = model.record(1, 7);
    EXPECT_EQ(slow.duration_ns, fast.duration_ns);
    EXPECT_GT(slow.duration_ns, 160'000'000);  // twice the 84 ms of computation
    EXPECT_LT(*slow.phase(Phase::Communication), 12'000'000);
    EXPECT_GT(*fast.phase(Phase::Communication), 80'000'000);
}

TEST(CostModel, LossFallsFromThatOfAThousandClasses) {
    const auto plan = planOf({.ranks = 1});
    const CostModel model(plan);
    EXPECT_NEAR(model.record(0, 1).loss, 6.9, 1.0);
    EXPECT_NEAR(model.record(0, plan.steps()).loss, 1.9, 0.4);
    EXPECT_GT(model.evaluation(1).top1_error, model.evaluation(8).top1_error);
}

TEST(CostModel, DevicesOfTheFourHundredWattClassDrawWhatTheyShould) {
    const CostModel model(planOf({.ranks = 64}));
    for (std::uint32_t rank = 0; rank < 64; ++rank)
        for (std::uint64_t reading = 0; reading < 50; ++reading) {
            const double busy =
                model.power(rank, reading, {5, static_cast<double>(reading) / 50.0});
            ASSERT_GT(busy, 180.0);
            ASSERT_LT(busy, 420.0);
            ASSERT_LT(model.power(rank, reading, {}), 80.0);  // idle
        }
}

TEST(CostModel, AnotherSeedIsAnotherRunAndTheSameSeedTheSame) {
    const CostModel a(planOf({.seed = 1})), same(planOf({.seed = 1})), b(planOf({.seed = 2}));
    EXPECT_EQ(a.record(3, 4).loss, same.record(3, 4).loss);
    EXPECT_EQ(a.stepSeconds(9), same.stepSeconds(9));
    EXPECT_NE(a.record(3, 4).loss, b.record(3, 4).loss);
    EXPECT_NE(a.power(3, 4, {1, 0.5}), b.power(3, 4, {1, 0.5}));
}

}  // namespace
}  // namespace wattline::simulate
