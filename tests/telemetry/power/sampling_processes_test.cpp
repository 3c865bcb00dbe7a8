// SPDX-License-Identifier: Apache-2.0
// Who reads a sensor and who records it, tried with real processes that are really killed.
#include <csignal>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <vector>

#include "tests/support/temporary_folder.h"
#include "tests/telemetry/power/sampling_process.h"

namespace wattline::test {
namespace {

constexpr int kEnough = 10;

class SamplingProcesses : public testing::Test {
protected:
    using Process = std::unique_ptr<SamplingProcess>;

    Process start(const std::string& run, const std::string& boot = "boot-1",
                  const std::vector<std::string>& devices = {"GPU-1"},
                  const std::vector<std::string>& wrapper = {}) {
        std::vector<std::string> arguments{m_folder.path().string(), boot, run};
        arguments.insert(arguments.end(), devices.begin(), devices.end());
        return std::make_unique<SamplingProcess>(arguments, wrapper);
    }
    static bool waitFor(const Process& process, const std::string& start, int lines) {
        return process->waitUntil(
            [&](const SamplingProcess& p) { return p.count(start) >= lines; });
    }

private:
    TemporaryFolder m_folder;
};

TEST_F(SamplingProcesses, OfEightRanksOneReadsAndRecordsAndAnotherTakesOverWhenItIsKilled) {
    std::vector<Process> ranks;
    ranks.push_back(start("run-a"));
    ASSERT_TRUE(waitFor(ranks[0], "record ", 1));
    for (int i = 1; i < 8; ++i)
        ranks.push_back(start("run-a"));
    for (const auto& rank : ranks)
        ASSERT_TRUE(waitFor(rank, "started", 1));
    ASSERT_TRUE(waitFor(ranks[0], "record ", kEnough));
    for (std::size_t i = 1; i < ranks.size(); ++i) {
        ranks[i]->listen();
        EXPECT_EQ(ranks[i]->count("read "), 0) << "a second process reads the sensor";
        EXPECT_EQ(ranks[i]->count("record "), 0) << "a second rank records the device";
    }

    ranks[0]->kill();
    const auto anyTookOver = [&](const SamplingProcess&) {
        int recording = 0;
        for (std::size_t i = 1; i < ranks.size(); ++i) {
            ranks[i]->listen();
            recording += ranks[i]->count("record ") >= kEnough ? 1 : 0;
        }
        return recording > 0;
    };
    ASSERT_TRUE(ranks[1]->waitUntil(anyTookOver)) << "nobody replaced the rank that was killed";
    int recording = 0;
    for (std::size_t i = 1; i < ranks.size(); ++i)
        recording += ranks[i]->count("record ") > 0 ? 1 : 0;
    EXPECT_EQ(recording, 1);
}

TEST_F(SamplingProcesses, TwoRunsOnOneDeviceReadItOnceBothRecordItAndBothKnowOfEachOther) {
    const auto first = start("run-a");
    ASSERT_TRUE(waitFor(first, "record ", 1));
    const auto second = start("run-b", "boot-1", {"GPU-1"}, {"env", "SILENCE_MS=60000"});
    ASSERT_TRUE(waitFor(second, "record ", 3 * kEnough));
    // Its own first edge, the rest is the first run's.
    EXPECT_EQ(second->count("read "), 1) << "the load on the sensor grew with the runs";
    EXPECT_TRUE(waitFor(first, "runs GPU-1 2", 1));
    EXPECT_TRUE(waitFor(second, "runs GPU-1 2", 1));

    EXPECT_EQ(first->endInput(), 0);
    EXPECT_TRUE(waitFor(second, "runs GPU-1 1", 1)) << "it is alone again";
    const int reads = second->count("read ");
    EXPECT_TRUE(waitFor(second, "read ", reads + kEnough)) << "it reads for itself from now on";
    EXPECT_EQ(second->endInput(), 0);
}

TEST_F(SamplingProcesses, ReaderThatIsStoppedIsNotWaitedForByOtherRuns) {
    const auto first = start("run-a");
    ASSERT_TRUE(waitFor(first, "record ", 1));
    const auto second = start("run-b", "boot-1", {"GPU-1"}, {"env", "SILENCE_MS=100"});
    ASSERT_TRUE(waitFor(second, "record ", kEnough));
    first->signal(SIGSTOP);
    const int recorded = second->count("record ");
    EXPECT_TRUE(waitFor(second, "record ", recorded + 3 * kEnough))
        << "no readings while another run's process is stopped";
    first->signal(SIGCONT);
}

TEST_F(SamplingProcesses, TwoHostsBothReadAndAreNotShared) {
    const auto one = start("run-a", "boot-1", {"package-0"});
    const auto two = start("run-a", "boot-2", {"package-0"});
    ASSERT_TRUE(waitFor(one, "read ", kEnough));
    ASSERT_TRUE(waitFor(two, "read ", kEnough));
    EXPECT_EQ(one->count("runs"), 0);
    EXPECT_EQ(two->count("runs"), 0);
}

TEST_F(SamplingProcesses, RanksThatSeeOneGpuEachRecordTheirOwnAndTheHostsSensorOnce) {
    const auto one = start("run-a", "boot-1", {"GPU-1", "package-0"});
    ASSERT_TRUE(waitFor(one, "record package-0", 1));
    const auto two = start("run-a", "boot-1", {"GPU-2", "package-0"});
    ASSERT_TRUE(waitFor(two, "record GPU-2", kEnough));
    EXPECT_EQ(two->count("record package-0"), 0);
    one->kill();
    EXPECT_TRUE(waitFor(two, "record package-0", kEnough));
    EXPECT_EQ(two->count("record GPU-1"), 0) << "it cannot see that one";
}

TEST_F(SamplingProcesses, TwoNetworkNamespacesOfOneKernelAreOneHost) {
    if (std::system("unshare --net true 2>/dev/null") != 0)
        GTEST_SKIP() << "this user may not make a network namespace (unshare --net)";
    const auto one = start("run-a");
    ASSERT_TRUE(waitFor(one, "record ", 1));
    const auto two = start("run-a", "boot-1", {"GPU-1"}, {"unshare", "--net"});
    ASSERT_TRUE(waitFor(two, "started", 1));
    ASSERT_TRUE(waitFor(one, "record ", one->count("record ") + kEnough));
    two->listen();
    EXPECT_EQ(two->count("read "), 0) << "the device is counted twice";
    one->kill();
    EXPECT_TRUE(waitFor(two, "record ", kEnough)) << "they did not meet at one lock";
}

}  // namespace
}  // namespace wattline::test
