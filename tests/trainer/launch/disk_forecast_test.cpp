// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/disk_forecast.h"

#include <gtest/gtest.h>

namespace wattline::launch {
namespace {

RunSpec spec(int ranks, std::int64_t steps) {
    RunSpec spec;
    spec.ranks = ranks;
    spec.steps = steps;
    spec.sample_period_ms = 100;
    return spec;
}

TEST(DiskForecast, IsAFrameAStepAndRankAndARowAStep) {
    const auto forecast = forecastDisk(spec(2, 1000), 50);
    EXPECT_EQ(forecast.bytes, 1000U * (2 * (80 + 88) + 180));
    EXPECT_EQ(forecast.bytes_per_hour_and_device, 36'000U * (80 + 32));
}

TEST(DiskForecast, WithoutAnEndInStepsTheEpochsCount) {
    auto epochs = spec(1, 0);
    epochs.epochs = 8;
    EXPECT_EQ(forecastDisk(epochs, 50).steps, 400);
}

TEST(DiskForecast, ADayOf2048RanksAtTenStepsASecondIsNoSurprise) {
    const auto day = forecastDisk(spec(2048, 864'000), 0);
    EXPECT_GT(day.bytes, std::uint64_t{270} << 30);
    const auto warning = diskWarning(day, {0, std::uint64_t{200} << 30, std::nullopt}, "/scratch");
    ASSERT_TRUE(warning);
    EXPECT_NE(warning->find("200.0 GiB is free in /scratch"), std::string::npos) << *warning;
}

TEST(DiskForecast, WhatFitsWithRoomToSpareNeedsNoWords) {
    const auto forecast = forecastDisk(spec(2, 1000), 0);
    EXPECT_FALSE(diskWarning(forecast, {0, std::uint64_t{1} << 30, std::nullopt}, "/home"));
    EXPECT_TRUE(diskWarning(forecast, {0, std::uint64_t{100} << 20, std::nullopt}, "/home"));
}

TEST(DiskForecast, AQuotaIsNamedWhenItIsWhatIsShort) {
    const auto forecast = forecastDisk(spec(2, 1000), 0);
    const auto warning = diskWarning(forecast, {0, std::uint64_t{1} << 40, 4096}, "/home");
    ASSERT_TRUE(warning);
    EXPECT_NE(warning->find("4.0 KiB is left of your quota"), std::string::npos) << *warning;
}

}  // namespace
}  // namespace wattline::launch
