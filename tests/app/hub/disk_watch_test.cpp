// SPDX-License-Identifier: Apache-2.0
#include "app/hub/disk_watch.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace wattline {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// A disk that holds what it is told, looked at every ten seconds.
class DiskWatchTest : public ::testing::Test {
protected:
    void look(const std::vector<RunId>& live) {
        clock.advance(10 * kSecond);
        watch.tend(live);
    }

    test::FakeClock clock;
    Result<DiskSpace> space = DiskSpace{1000 * kMiB, 100 * kMiB, std::nullopt};
    std::map<RunId, std::uint64_t> bytes;
    DiskWatch watch{Workspace::in(systemFiles(), "/w"),
                    clock,
                    {[this](const auto&) { return space; },
                     [this](const std::filesystem::path& folder) {
                         return bytes[folder.filename().string()];
                     }}};
};

TEST_F(DiskWatchTest, WarnsWhenWhatIsFreeLastsLessThanAnHour) {
    for (int i = 0; i <= 6; ++i) {  // 1 MiB in 10 s: 360 MiB an hour, and 100 are free
        bytes["a"] += kMiB;
        look({"a"});
    }
    ASSERT_TRUE(watch.report().bytes_per_hour);
    EXPECT_NEAR(*watch.report().bytes_per_hour, 360.0 * kMiB, kMiB);
    EXPECT_NE(watch.report().warning.find("100.0 MiB is free in /w, enough for 16 min"),
              std::string::npos)
        << watch.report().warning;
    space = DiskSpace{1000 * kMiB, 400 * kMiB, std::nullopt};
    look({"a"});
    EXPECT_EQ(watch.report().warning, "");
}

TEST_F(DiskWatchTest, AQuotaRunsOutLikeADisk) {
    space = DiskSpace{1000 * kMiB, 900 * kMiB, kMiB};
    for (int i = 0; i <= 6; ++i) {
        bytes["a"] += kMiB;
        look({"a"});
    }
    EXPECT_EQ(watch.report().free_bytes, kMiB);
    EXPECT_FALSE(watch.report().warning.empty());
}

TEST_F(DiskWatchTest, ARunThatWasThereBeforeTheWatchIsNoGrowth) {
    bytes["a"] = 500 * kMiB;
    for (int i = 0; i < 4; ++i)
        look({"a"});
    bytes["b"] = 500 * kMiB;
    for (int i = 0; i < 4; ++i)
        look({"a", "b"});
    EXPECT_EQ(watch.report().bytes_per_hour, 0.0);
    EXPECT_EQ(watch.report().warning, "");
}

TEST_F(DiskWatchTest, SeriesThatAreMadeAnewDoNotCountAsRoom) {
    for (int i = 0; i < 6; ++i) {
        bytes["a"] = i % 2 == 0 ? 10 * kMiB : 20 * kMiB;
        look({"a"});
    }
    EXPECT_GT(*watch.report().bytes_per_hour, 0.0);
}

TEST_F(DiskWatchTest, ARateIsThatOfTheLastTenMinutes) {
    for (int i = 0; i < 10; ++i) {
        bytes["a"] += 50 * kMiB;
        look({"a"});
    }
    EXPECT_FALSE(watch.report().warning.empty());
    for (int i = 0; i < 62; ++i)
        look({"a"});
    EXPECT_EQ(watch.report().bytes_per_hour, 0.0);
}

TEST_F(DiskWatchTest, WithoutLiveRunsNothingIsSaid) {
    for (int i = 0; i < 10; ++i) {
        bytes["a"] += 50 * kMiB;
        look({"a"});
    }
    look({});
    EXPECT_FALSE(watch.report().bytes_per_hour);
    EXPECT_EQ(watch.report().warning, "");
}

TEST_F(DiskWatchTest, ADiskThatCannotBeAskedIsSaid) {
    space = fail(ExitCode::Environment, "cannot tell the free space of /w (stale handle)");
    look({"a"});
    EXPECT_EQ(watch.report().warning, "cannot tell the free space of /w (stale handle)");
    EXPECT_FALSE(watch.report().free_bytes);
}

}  // namespace
}  // namespace wattline
