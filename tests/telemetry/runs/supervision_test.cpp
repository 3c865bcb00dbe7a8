// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/supervision.h"

#include <chrono>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

using test::FakeRun;
using testing::HasSubstr;

Evidence running() {
    Evidence e;
    e.hello = e.steps = true;
    e.job_known = true;
    e.job_alive = true;
    return e;
}

TEST(Supervision, FollowsARunFromQueuedToRunning) {
    Evidence e;
    EXPECT_EQ(judge(e).state, RunState::Queued);
    e.job_known = true;
    e.job_alive = true;
    EXPECT_EQ(judge(e).state, RunState::Starting);
    e.hello = true;
    EXPECT_EQ(judge(e).state, RunState::Starting);
    e.steps = true;
    EXPECT_EQ(judge(e).state, RunState::Running);
    e.held = true;
    EXPECT_EQ(judge(e).state, RunState::Held);
    e.stopping = true;
    EXPECT_EQ(judge(e).state, RunState::Stopping);
}

TEST(Supervision, CallsARunThatWasToldToStopFinishedAndSaysSo) {
    auto e = running();
    e.all_ended = e.stopped = true;
    e.step = 42;
    EXPECT_EQ(judge(e).state, RunState::Finished);
    EXPECT_EQ(judge(e).reason, "stopped at step 42 by command");
    e.exit = ExitRecord{};
    EXPECT_EQ(judge(e).reason, "stopped at step 42 by command");
}

TEST(Supervision, BelievesTheExitRecordAndNamesTheRank) {
    auto e = running();
    e.exit = ExitRecord{137, 9, 1, "n1", "rank 1 on n1 was killed by signal 9 (KILL)"};
    EXPECT_EQ(judge(e).state, RunState::Failed);
    EXPECT_EQ(judge(e).reason, "rank 1 on n1 was killed by signal 9 (KILL)");
    e.exit->reason.clear();
    EXPECT_THAT(judge(e).reason, HasSubstr("rank 1 on n1 was killed by signal 9"));
    e.failed = true;
    e.failure = "rank 1 cannot read image 7";
    EXPECT_EQ(judge(e).reason, "rank 1 cannot read image 7");
    e.exit->exit_code = 0;
    e.exit->signal.reset();
    EXPECT_EQ(judge(e).state, RunState::Failed);
}

TEST(Supervision, CallsARunLostOnlyWhenItsJobIsGoneAndNothingIsHeard) {
    auto e = running();
    e.silent_s = 1000;
    EXPECT_EQ(judge(e).state, RunState::Running);
    e.job_alive = false;
    e.silent_s = 14;
    EXPECT_EQ(judge(e).state, RunState::Running);
    e.silent_s = 16;
    EXPECT_EQ(judge(e).state, RunState::Lost);
    EXPECT_THAT(judge(e).reason, HasSubstr("no exit.json"));
}

TEST(Supervision, BelievesARankThatCouldNotWriteMoreThanTheSilenceOfItsJob) {
    auto e = running();
    e.job_alive = false;
    e.silent_s = 16;
    e.unwritten = "rank 0: 381 records could not be written: the disk is full";
    EXPECT_EQ(judge(e).state, RunState::Failed);
    EXPECT_EQ(judge(e).reason, e.unwritten);
}

TEST(Supervision, IsSlowerToJudgeWhatRunsOnAnotherHost) {
    auto e = running();
    e.job_alive.reset();
    e.silent_s = 100;
    EXPECT_EQ(judge(e).state, RunState::Running);
    e.silent_s = 200;
    EXPECT_EQ(judge(e).state, RunState::Lost);
}

TEST(Supervision, DoesNotWaitForeverForARunThatNeverStarted) {
    Evidence e;
    e.age_s = 61;
    EXPECT_EQ(judge(e).state, RunState::Lost);
    EXPECT_THAT(judge(e).reason, HasSubstr("never started"));
}

void makeOld(const RunFolder& folder, std::chrono::seconds age) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path))
        std::filesystem::last_write_time(entry.path(),
                                         std::filesystem::file_time_type::clock::now() - age);
}

/// A process that is certainly gone: it ran, ended and was waited for.
pid_t deadPid() {
    pid_t pid = 0;
    char name[] = "/bin/true";
    char* const arguments[] = {name, nullptr};
    EXPECT_EQ(posix_spawn(&pid, name, nullptr, nullptr, arguments, nullptr), 0);
    waitpid(pid, nullptr, 0);
    return pid;
}

TEST(Supervision, NamesTheRankThatWasKilledInARunWithoutAJob) {
    FakeRun run(1, {}, "20261121-104512-7f3a");
    wire::Hello hello;
    hello.run = run.spec.id;
    hello.attempt = 2;
    hello.host = "n1";
    hello.boot_id = bootId();
    hello.pid = deadPid();
    hello.started_mono_ns = 1;
    test::FakeRank killed(run.folder(), hello);
    killed.hello();
    killed.step(1, 1.0);
    auto history = run.history();
    ASSERT_TRUE(history.heal());
    ASSERT_TRUE(history.superviseNow());
    EXPECT_FALSE(isFinal(history.summary().state));  // its last record may be on its way
    makeOld(run.folder(), std::chrono::seconds(5));
    ASSERT_TRUE(history.superviseNow());
    const auto& summary = history.summary();
    EXPECT_EQ(summary.state, RunState::Failed);
    EXPECT_THAT(summary.state_reason, HasSubstr("rank 0 on n1 (pid "));
    EXPECT_EQ(summary.step, 1);
    EXPECT_EQ(summary.records_lost, 0);
}

TEST(Supervision, DoesNotCallARunLostWhoseRanksAreHereAndOnlySilent) {
    FakeRun run(1, {}, "20261121-104512-7f3a");
    wire::Hello hello;
    hello.run = run.spec.id;
    hello.attempt = 2;
    hello.boot_id = bootId();
    hello.pid = getpid();  // a rank whose disk stalls: no record, no heartbeat
    hello.started_mono_ns = systemClock().monotonicNs();
    test::FakeRank silent(run.folder(), hello);
    silent.hello();
    auto history = run.history();
    ASSERT_TRUE(history.heal());
    makeOld(run.folder(), std::chrono::seconds(1000));
    ASSERT_TRUE(history.superviseNow());
    EXPECT_FALSE(isFinal(history.summary().state)) << history.summary().state_reason;
}

TEST(Supervision, ReadsJobAndExitRecords) {
    FakeRun run(1);
    auto history = run.history();
    const auto self = identifySelf();
    ASSERT_TRUE(writeFileAtomically(run.folder().jobRecord(),
                                    "{\"boot_id\": \"" + self.boot_id +
                                        "\", \"pid\": " + std::to_string(self.pid) +
                                        ", \"start_ticks\": " + std::to_string(self.start_ticks) +
                                        ", \"started_unix_ns\": 1}"));
    makeOld(run.folder(), std::chrono::seconds(1000));
    ASSERT_TRUE(history.superviseNow());
    EXPECT_EQ(history.summary().state, RunState::Starting);  // this process is the job: it lives
    run.rank(0).step(1, 1.0);
    run.writeExit(R"({"exit_code": 1, "signal": null, "rank": null, "host": "n1",
                      "reason": "no space left on /data"})");
    ASSERT_TRUE(history.superviseNow());
    EXPECT_EQ(history.summary().state, RunState::Failed);
    EXPECT_EQ(history.summary().state_reason, "no space left on /data");
    EXPECT_EQ(history.summary().step, 1);  // read on when the end was seen
}

TEST(Supervision, TakesAnExitRecordThatItCannotReadForAFailure) {
    FakeRun run(1);
    run.writeExit("{");
    const auto history = run.open();
    EXPECT_EQ(history->summary().state, RunState::Failed);
    EXPECT_THAT(history->summary().state_reason, HasSubstr("exit.json"));
}

TEST(Supervision, FindsAStoppedRunFinishedFromItsRecordsAlone) {
    FakeRun run(2);
    run.rank(0).step(1, 1.0);
    run.rank(1).step(1, 1.0);
    run.rank(0).event(1.1, "stopping");
    auto history = run.history();
    ASSERT_TRUE(history.heal());
    EXPECT_EQ(history.summary().state, RunState::Stopping);
    run.ended(1.5, "stopped");
    ASSERT_TRUE(history.heal());
    EXPECT_EQ(history.summary().state, RunState::Finished);
    EXPECT_EQ(history.summary().state_reason, "stopped at step 1 by command");
    EXPECT_EQ(history.summary().events.back().kind, "stopped");
}

}  // namespace
}  // namespace wattline
