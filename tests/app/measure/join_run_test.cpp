// SPDX-License-Identifier: Apache-2.0
#include "app/measure/join_run.h"

#include <fstream>
#include <gtest/gtest.h>
#include <thread>

#include "telemetry/wire/journal_name.h"
#include "telemetry/wire/messages.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

using std::chrono::milliseconds;

class JoinRun : public testing::Test {
protected:
    [[nodiscard]] Result<RunFolder> join(std::uint32_t rank, milliseconds patience,
                                         const std::string& launch = "mpirun 1") const {
        RunSpec spec;
        spec.command = "a.out";
        spec.ranks = 2;
        return joinRun(m_workspace, {rank, 2, "Open MPI", launch}, spec, patience);
    }
    static void writeJournal(const RunFolder& folder, std::uint32_t rank) {
        std::ofstream(folder.journal() / wire::format({1, rank, 0})) << "x";
    }

    test::TemporaryFolder m_home;
    Workspace m_workspace = *Workspace::open(m_home.path());
};

TEST_F(JoinRun, RankThatComesFirstWaitsForTheRunOfRankZero) {
    Result<RunFolder> joined = fail(ExitCode::Failed, "");
    std::thread other([&] { joined = join(1, milliseconds(20'000)); });
    const auto made = join(0, milliseconds(0));
    other.join();
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(joined) << joined.error().message;
    EXPECT_EQ(joined->path, made->path);
    const auto spec = wire::parseRunSpec(*readFile(made->spec()));
    ASSERT_TRUE(spec);
    EXPECT_EQ(spec->command, "a.out");
    EXPECT_EQ(spec->id, made->id());
}

TEST_F(JoinRun, SecondCommandOfOneLaunchIsASecondRun) {
    const auto first = join(0, milliseconds(0));
    writeJournal(*first, 1);  // rank 1 was in it
    EXPECT_FALSE(join(1, milliseconds(30))) << "it would write into a run that it has left";
    const auto second = join(0, milliseconds(0));
    const auto joined = join(1, milliseconds(0));
    ASSERT_TRUE(joined);
    EXPECT_EQ(joined->path, second->path);
}

TEST_F(JoinRun, RankOfAnotherLaunchIsNotTakenAndTheSentenceSaysWhatToDo) {
    ASSERT_TRUE(join(0, milliseconds(0)));
    const auto refused = join(1, milliseconds(30), "mpirun 2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ExitCode::Environment);
    EXPECT_NE(refused.error().message.find("WATTLINE_LAUNCH"), std::string::npos);
}

}  // namespace
}  // namespace wattline
