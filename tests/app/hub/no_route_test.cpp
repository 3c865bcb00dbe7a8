// SPDX-License-Identifier: Apache-2.0
// Where nothing of the network goes through, the run folder carries records, commands and answers.
#include <gmock/gmock.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/runs/run_history.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

using ::testing::HasSubstr;

/// True when this machine lets us start a program in a network of its own, with nothing in it.
bool canCutTheNetwork() {
    const pid_t child = fork();
    if (child == 0) _exit(unshare(CLONE_NEWNET) == 0 ? 0 : 1);
    int status = 1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

class NoRoute : public HubFixture {
protected:
    /// A rank of another host, in a network where no address leads anywhere.
    ChildProcess startCutOffRank(const RunFolder& folder, int steps, int step_us) {
        return ChildProcess({"/usr/bin/unshare", "--net", programBeside("rank_program"),
                             folder.path.string(), "0", "1", std::to_string(steps),
                             std::to_string(step_us), "another-host"});
    }
};

TEST_F(NoRoute, TheRunFolderCarriesRecordsCommandsAndAnswers) {
    if (!canCutTheNetwork()) GTEST_SKIP() << "this system does not let us cut the network";
    ASSERT_TRUE(writeFileAtomically(m_workspace.root() / "listen", "127.0.0.1\n"));
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    auto rank = startCutOffRank(folder, 1'000'000, 1'000);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->step > 20;
    })) << "records come from the journal";
    EXPECT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state_reason.find("through the run folder") != std::string::npos;
    })) << "and a person is told";
    ASSERT_TRUE(command(folder.id(), "hold"));
    ASSERT_TRUE(eventually([&] { return summary(folder.id())->state == RunState::Held; }));
    ASSERT_TRUE(command(folder.id(), "resume"));
    ASSERT_TRUE(eventually([&] { return summary(folder.id())->state == RunState::Running; }));
    ASSERT_TRUE(command(folder.id(), "stop"));
    EXPECT_EQ(rank.join(), 7);
    ASSERT_TRUE(eventually([&] { return isFinal(summary(folder.id())->state); }));
    const auto run = summary(folder.id());
    EXPECT_EQ(run->records_stored, run->records_expected);
    EXPECT_EQ(run->records_lost, 0);
    EXPECT_EQ(statusNumber("frames"), 0) << "not one came over a socket";
    EXPECT_THAT(verifyRun(folder)->findings, ::testing::IsEmpty());
}

TEST_F(NoRoute, ARankThatIsConnectedSaysNothingOfTheRunFolder) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->step > 500 && statusNumber("frames") > 100;
    }));
    EXPECT_THAT(summary(folder.id())->state_reason, Not(HasSubstr("run folder")));
    rank.kill(SIGKILL);
}

}  // namespace
}  // namespace wattline
