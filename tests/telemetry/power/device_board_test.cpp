// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/device_board.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/power/node_folder.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

PowerRecord reading(std::int64_t at_ns, double power_w = 100.0) {
    PowerRecord record;
    record.at_ns = at_ns;
    record.power_w = power_w;
    return record;
}

class DeviceBoardTest : public testing::Test {
protected:
    std::unique_ptr<DeviceBoard> open(const std::string& boot = "boot-1",
                                      const std::string& device = "GPU-1") {
        auto board = DeviceBoard::open(m_folder.path(), boot, device);
        EXPECT_TRUE(board) << board.error().message;
        return std::move(*board);
    }
    [[nodiscard]] std::filesystem::path onlyFile() const {
        return std::filesystem::directory_iterator(m_folder.path())->path();
    }
    test::TemporaryFolder m_folder;
};

TEST_F(DeviceBoardTest, OneReadsTheSensorAndTheNextOneDoesWhenItIsGone) {
    auto first = open();
    const auto second = open();
    EXPECT_TRUE(first->claimReader());
    EXPECT_TRUE(first->claimReader()) << "asking again changes nothing";
    EXPECT_FALSE(second->claimReader());
    first.reset();
    EXPECT_TRUE(second->claimReader());
}

TEST_F(DeviceBoardTest, OneRecordsForARunAndRunsAreCountedApart) {
    const auto a1 = open(), a2 = open(), b = open(), c = open();
    EXPECT_TRUE(a1->claimRun("run-a"));
    EXPECT_FALSE(a2->claimRun("run-a"));
    EXPECT_EQ(a1->otherRuns(), 0) << "another rank of the same run is no other run";
    EXPECT_TRUE(b->claimRun("run-b"));
    EXPECT_TRUE(c->claimRun("run-c"));
    EXPECT_EQ(a1->otherRuns(), 2);
    EXPECT_EQ(b->otherRuns(), 2);
}

TEST_F(DeviceBoardTest, ManyRunsAreAllCounted) {
    std::vector<std::unique_ptr<DeviceBoard>> boards;
    for (int i = 0; i < 40; ++i) {
        boards.push_back(open());
        ASSERT_TRUE(boards.back()->claimRun("run-" + std::to_string(i)));
    }
    EXPECT_EQ(boards.front()->otherRuns(), 39);
    boards.resize(20);
    EXPECT_EQ(boards.front()->otherRuns(), 19);
}

TEST_F(DeviceBoardTest, DevicesAndHostsHaveBoardsOfTheirOwn) {
    const auto one = open("boot-1", "GPU-1"), other_device = open("boot-1", "GPU-10"),
               other_host = open("boot-2", "GPU-1");
    EXPECT_TRUE(one->claimReader());
    EXPECT_TRUE(other_device->claimReader());
    EXPECT_TRUE(other_host->claimReader());
}

TEST_F(DeviceBoardTest, DeathOfAProcessFreesItsLocksAtOnce) {
    const pid_t child = fork();
    if (child == 0) {
        auto board = DeviceBoard::open(m_folder.path(), "boot-1", "GPU-1");
        const bool held = board && (*board)->claimReader() && (*board)->claimRun("run-a");
        _exit(held ? 0 : 1);  // no destructor runs
    }
    int status = -1;
    waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
    const auto board = open();
    EXPECT_TRUE(board->claimReader());
    EXPECT_TRUE(board->claimRun("run-a"));
    EXPECT_EQ(board->otherRuns(), 0);
}

TEST_F(DeviceBoardTest, ReadingsReachEveryFollowerOnceAndInOrder) {
    const auto reader = open(), follower = open(), late = open();
    ASSERT_TRUE(reader->claimReader());
    EXPECT_TRUE(follower->takeNew().empty());
    reader->publish(reading(1));
    reader->publish(reading(2));
    const auto got = follower->takeNew();
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].at_ns, 1);
    EXPECT_EQ(got[1].at_ns, 2);
    EXPECT_TRUE(follower->takeNew().empty());
    EXPECT_TRUE(late->takeNew().empty()) << "what was before one's time is not one's own";
    reader->publish(reading(3));
    EXPECT_EQ(late->takeNew().size(), 1u);
}

TEST_F(DeviceBoardTest, FollowerThatFellBehindGoesOnWithWhatIsStillThere) {
    const auto reader = open(), follower = open();
    ASSERT_TRUE(reader->claimReader());
    (void)follower->takeNew();
    for (int i = 1; i <= 1000; ++i)
        reader->publish(reading(i));
    const auto got = follower->takeNew();
    ASSERT_FALSE(got.empty());
    EXPECT_EQ(got.back().at_ns, 1000);
    for (std::size_t i = 1; i < got.size(); ++i)
        EXPECT_EQ(got[i].at_ns, got[i - 1].at_ns + 1);
    reader->publish(reading(1001));
    EXPECT_EQ(follower->takeNew().size(), 1u);
}

TEST_F(DeviceBoardTest, TheNextReaderWritesOnWhereTheLastOneStopped) {
    auto first = open();
    const auto second = open(), follower = open();
    ASSERT_TRUE(first->claimReader());
    first->publish(reading(1));
    (void)follower->takeNew();
    first.reset();
    ASSERT_TRUE(second->claimReader());
    second->publish(reading(2));
    const auto got = follower->takeNew();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].at_ns, 2);
}

TEST_F(DeviceBoardTest, TornReadingIsNotTaken) {
    const auto reader = open(), follower = open();
    ASSERT_TRUE(reader->claimReader());
    (void)follower->takeNew();
    reader->publish(reading(1, 123.0));
    std::fstream file(onlyFile(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-static_cast<int>(sizeof(PowerRecord)), std::ios::end);  // inside the newest slot
    file.put('\x55');
    file.close();
    EXPECT_TRUE(follower->takeNew().empty());
}

TEST_F(DeviceBoardTest, LastCounterIsTheNewestReadingThatHasOne) {
    const auto reader = open();
    ASSERT_TRUE(reader->claimReader());
    EXPECT_FALSE(reader->lastCounter());
    auto counted = reading(1);
    counted.counter_j = 7.0;
    reader->publish(counted);
    reader->publish(reading(2));
    ASSERT_TRUE(reader->lastCounter());
    EXPECT_EQ(reader->lastCounter()->at_ns, 1);
}

TEST_F(DeviceBoardTest, ShorterPeriodIsAskedForAndForgottenWithItsAsker) {
    const auto board = open();
    constexpr std::int64_t kSecond = 1'000'000'000, kNow = 1000 * kSecond;
    EXPECT_FALSE(board->askedFor(kNow));
    board->askFor(kSecond / 10, kNow);
    board->askFor(kSecond, kNow);
    EXPECT_EQ(board->askedFor(kNow + kSecond), kSecond / 10) << "the shortest one counts";
    EXPECT_FALSE(board->askedFor(kNow + 4 * kSecond));
    board->askFor(kSecond, kNow + 4 * kSecond);
    EXPECT_EQ(board->askedFor(kNow + 4 * kSecond), kSecond);
}

TEST_F(DeviceBoardTest, FileThatSomebodyRemovedIsNoMeetingPlaceAnyMore) {
    const auto board = open();
    EXPECT_TRUE(board->isCurrent());
    std::filesystem::remove(onlyFile());
    EXPECT_FALSE(board->isCurrent());
}

TEST(NodeFolder, OneThatOthersCanEnterIsRefusedWithASentence) {
    const test::TemporaryFolder parent;
    const auto folder = parent.path() / "node";
    ASSERT_TRUE(makePrivateFolder(folder));
    EXPECT_TRUE(makePrivateFolder(folder)) << "it may be there already";
    chmod(folder.c_str(), 0755);
    const auto refused = makePrivateFolder(folder);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("only you can enter"), std::string::npos);
    std::filesystem::remove(folder);
    std::filesystem::create_directory_symlink(parent.path(), folder);
    EXPECT_FALSE(makePrivateFolder(folder)) << "a link leads to where somebody else wants it";
}

}  // namespace
}  // namespace wattline
