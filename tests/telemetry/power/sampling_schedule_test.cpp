// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/sampling_schedule.h"

#include <cmath>
#include <gtest/gtest.h>

namespace wattline {
namespace {

constexpr std::int64_t kPeriodNs = 100'000'000;

/// A load that draws 500 W in the first quarter of each 100 ms and 100 W in the rest: 200 W.
double squareWaveW(std::int64_t at_ns) {
    return at_ns % kPeriodNs < kPeriodNs / 4 ? 500.0 : 100.0;
}

/// Mean power by the trapezoid over samples at the schedule's deadlines, as the ledger takes it.
double sampledMeanW(double jitter, std::uint64_t seed) {
    SamplingSchedule schedule(0, kPeriodNs, jitter, seed);
    std::int64_t last = schedule.next(0), at = last;
    const std::int64_t first = last;
    double joules = 0.0;
    for (int i = 0; i < 6000; ++i) {  // ten minutes
        at = schedule.next(last);
        joules += 0.5 * (squareWaveW(last) + squareWaveW(at)) * static_cast<double>(at - last);
        last = at;
    }
    return joules / static_cast<double>(at - first);
}

TEST(SamplingSchedule, EvenSamplesOfAStepOfTheSamePeriodAreWrongAndJitteredOnesAreNot) {
    EXPECT_GT(std::abs(sampledMeanW(0.0, 1) - 200.0), 90.0) << "this is what jitter is for";
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u, 5u})
        EXPECT_NEAR(sampledMeanW(0.2, seed), 200.0, 25.0) << "seed " << seed;
}

TEST(SamplingSchedule, StepsStayWithinTheJitterAndTheMeanIsThePeriod) {
    SamplingSchedule schedule(0, kPeriodNs, 0.2, 7);
    std::int64_t last = schedule.next(0);
    const std::int64_t first = last;
    for (int i = 0; i < 10'000; ++i) {
        const auto at = schedule.next(last);
        EXPECT_GE(at - last, kPeriodNs * 8 / 10 - 1);
        EXPECT_LE(at - last, kPeriodNs * 12 / 10 + 1);
        last = at;
    }
    EXPECT_NEAR(static_cast<double>(last - first) / 10'000, kPeriodNs, 0.005 * kPeriodNs);
}

TEST(SamplingSchedule, LateSampleDelaysNoneThatFollow) {
    SamplingSchedule schedule(0, kPeriodNs, 0.0, 0);
    EXPECT_EQ(schedule.next(0), kPeriodNs);
    EXPECT_EQ(schedule.next(kPeriodNs * 7 / 2), 4 * kPeriodNs) << "missed ones are skipped";
    EXPECT_EQ(schedule.next(4 * kPeriodNs), 5 * kPeriodNs) << "on the grid of before";
}

TEST(SamplingSchedule, SameSeedGivesTheSameSteps) {
    SamplingSchedule a(0, kPeriodNs, 0.2, 5), b(0, kPeriodNs, 0.2, 5), c(0, kPeriodNs, 0.2, 6);
    const auto at = a.next(0);
    EXPECT_EQ(at, b.next(0));
    EXPECT_NE(at, c.next(0));
}

TEST(SamplingSchedule, AfterALongStopItStartsAnewAtOnce) {
    SamplingSchedule schedule(0, 1, 0.0, 0);
    constexpr std::int64_t kYearNs = 31'536'000'000'000'000;
    EXPECT_EQ(schedule.next(kYearNs), kYearNs + 1);
}

}  // namespace
}  // namespace wattline
