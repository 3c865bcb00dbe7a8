// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/job_script.h"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>

#include "telemetry/core/host.h"
#include "tests/trainer/launch/launch_fixture.h"
#include "trainer/launch/shell_quote.h"

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

/// Runs generated scripts in the foreground, with bash itself as the judge.
class JobScript : public LaunchFixture {
protected:
    int run(RunSpec spec) {
        auto completed_spec = completed(std::move(spec));
        EXPECT_TRUE(completed_spec) << completed_spec.error().message;
        m_run = workspace().runFolder("20260101-000000-aaaa");
        fs::create_directories(m_run.path);
        std::ofstream(m_run.script()) << jobScript(*completed_spec, m_run, tools());
        const auto command = "/bin/bash " + shellQuote(m_run.script().string()) + " 2>" +
                             shellQuote((root() / "job.err").string());
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    int runWithLog(const std::string& log, int code) {
        std::ofstream(root() / "said.txt") << log;
        writeMpirun("cat " + shellQuote((root() / "said.txt").string()) + "; exit " +
                    std::to_string(code));
        return run(digitsSpec());
    }
    [[nodiscard]] std::string exitRecord() const { return textOf(m_run.exitRecord()); }

    RunFolder m_run;
};

TEST_F(JobScript, RecordsItselfFirstAndTheEndLast) {
    writeMpirun("test -e job.json && ! test -e exit.json");
    EXPECT_EQ(run(digitsSpec()), 0);
    EXPECT_THAT(textOf(m_run.jobRecord()), HasSubstr("\"boot_id\": \"" + bootId() + "\""));
    EXPECT_THAT(textOf(m_run.jobRecord()), ::testing::ContainsRegex("\"start_ticks\": [0-9]+,"));
    EXPECT_THAT(exitRecord(), HasSubstr("\"exit_code\": 0, \"signal\": null, \"rank\": null"));
    EXPECT_THAT(exitRecord(), HasSubstr("\"reason\": \"\""));
    EXPECT_EQ(textOf(root() / "job.err"), "");
}

TEST_F(JobScript, GivesTheTrainerEachArgumentAsItIs) {
    writeMpirun("");
    EXPECT_EQ(run(digitsSpec()), 0);
    const auto arguments = textOf(argumentsFile());
    EXPECT_THAT(arguments, HasSubstr("-n\n2\n--oversubscribe\n--bind-to\nnone\n/bin/true\n"));
    EXPECT_THAT(arguments, HasSubstr("--run-folder\n" + m_run.path.string() + "\n"));
    EXPECT_THAT(arguments, HasSubstr("--data\ndigits\n"));
    EXPECT_THAT(arguments, HasSubstr("--gbs\n64\n"));
}

TEST_F(JobScript, KeepsHostileNamesInert) {
    const auto trap = root() / "trap";
    const std::string hostile = "imagefolder:it's a \"path\"; touch " + trap.string() +
                                "; $(touch " + trap.string() + ") `touch " + trap.string() +
                                "`\n#\\ \t*";
    writeMpirun("");
    auto spec = digitsSpec();
    spec.dataset = hostile;
    spec.name = "x\ntouch " + trap.string();
    EXPECT_EQ(run(spec), 0);
    EXPECT_FALSE(fs::exists(trap));
    EXPECT_THAT(textOf(argumentsFile()), HasSubstr("--data\n" + hostile + "\n"));
}

TEST_F(JobScript, NamesTheRankThatASignalKilled) {
    EXPECT_EQ(runWithLog("wattline-train: rank 0 lost its peer\n"
                         "mpirun noticed that process rank 1 with PID 123 on node n7 exited on "
                         "signal 9 (Killed).\n",
                         137),
              137);
    EXPECT_THAT(exitRecord(), HasSubstr("\"exit_code\": 137, \"signal\": 9, \"rank\": 1, "
                                        "\"host\": \"n7\""));
    EXPECT_THAT(exitRecord(), HasSubstr("rank 1 on n7 was killed by signal 9 (KILL)"));
}

TEST_F(JobScript, NamesTheRankThatEndedWithAnExitCode) {
    runWithLog("The first process to do so was:\n\n  Process name: [[11718,1],3]\n"
               "  Exit code:    3\n",
               3);
    EXPECT_THAT(exitRecord(), HasSubstr("\"exit_code\": 3, \"signal\": null, \"rank\": 3"));
    EXPECT_THAT(exitRecord(), HasSubstr("ended with exit code 3; see log/mpirun.log"));
}

TEST_F(JobScript, PrefersTheTrainersOwnSentenceToAnExitCode) {
    runWithLog("wattline-train: cannot read \"a\\b.jpg\"\t; remove it\n"
               "MPI_ABORT was invoked on rank 1 in communicator MPI_COMM_WORLD\n",
               4);
    EXPECT_THAT(exitRecord(), HasSubstr("\"rank\": 1"));
    EXPECT_THAT(exitRecord(), HasSubstr(R"("reason": "cannot read \"a\\b.jpg\" ; remove it")"));
}

TEST_F(JobScript, WritesItsEndIntoRoomThatItTookAtTheStart) {
    // From here on no file may grow beyond what the room for exit.json took: a full disk.
    writeMpirun("test -s exit.json.room || exit 9\n"
                "echo 'wattline-train: cannot write to the journal'\n"
                "prlimit --pid $PPID --fsize=8192:8192\n"
                "ln exit.json.room kept\nexit 4");
    EXPECT_EQ(run(digitsSpec()), 4);
    EXPECT_TRUE(fs::equivalent(m_run.path / "kept", m_run.exitRecord()));
    EXPECT_EQ(fs::file_size(m_run.exitRecord()), 8192U);
    EXPECT_THAT(exitRecord(), HasSubstr("\"reason\": \"cannot write to the journal\""));
    EXPECT_FALSE(fs::exists(m_run.path / "exit.json.room"));
}

TEST_F(JobScript, CutsAReasonThatHasNoRoom) {
    runWithLog("wattline-train: " + std::string(20'000, '"') + "\n", 1);
    EXPECT_EQ(fs::file_size(m_run.exitRecord()), 8192U);
    EXPECT_THAT(exitRecord(), HasSubstr("\\\"\", \"ended_unix_ns\""));
}

TEST_F(JobScript, LeavesBytesOutThatJsonCannotHold) {
    runWithLog("wattline-train: bad \xff\xfe name \xc3\xa9\n", 1);
    EXPECT_THAT(exitRecord(), HasSubstr("bad  name \xc3\xa9"));
}

TEST_F(JobScript, SaysSoWhenMpirunIsKilled) {
    writeMpirun("kill -9 $$");
    EXPECT_EQ(run(digitsSpec()), 137);
    EXPECT_THAT(exitRecord(), HasSubstr("was killed by signal 9 (KILL)"));
}

TEST_F(JobScript, PassesTermOnAsUsr1AndKeepsTheChildsExitCode) {
    writeMpirun("trap 'sleep 0.2; exit 7' USR1\nkill -TERM $PPID\nwhile :; do sleep 0.01; done");
    EXPECT_EQ(run(digitsSpec()), 7);
    EXPECT_THAT(exitRecord(), HasSubstr("\"exit_code\": 7"));
    EXPECT_THAT(exitRecord(), HasSubstr("told to stop by a signal"));
}

TEST_F(JobScript, PassesOnASignalThatCameBeforeTheChildHadAName) {
    // Bash reads this file first; its DEBUG trap strikes between the fork and `child=$!`.
    const auto early = root() / "early.sh";
    std::ofstream(early) << "trap 'if [ \"$BASH_COMMAND\" = \"child=\\$!\" ]; then "
                            "while [ ! -e ready ]; do sleep 0.01; done; kill -TERM $$; fi' DEBUG\n"
                            "unset BASH_ENV\n";
    writeMpirun("trap 'exit 7' USR1\ntouch ready\n"
                "for i in {1..1000}; do sleep 0.01; done\nexit 1");
    ::setenv("BASH_ENV", early.c_str(), 1);
    const int code = run(digitsSpec());
    ::unsetenv("BASH_ENV");
    EXPECT_EQ(code, 7);
    EXPECT_THAT(exitRecord(), HasSubstr("told to stop by a signal"));
}

TEST_F(JobScript, SurvivesAStormOfSignals) {
    writeMpirun("n=0; trap 'n=$((n+1))' USR1\nfor i in {1..20}; do kill -USR1 $PPID; sleep 0.01; "
                "done\nexit 5");
    EXPECT_EQ(run(digitsSpec()), 5);
    EXPECT_THAT(exitRecord(), HasSubstr("\"exit_code\": 5"));
}

TEST_F(JobScript, RefusesToRunTwice) {
    writeMpirun("");
    EXPECT_EQ(run(digitsSpec()), 0);
    EXPECT_EQ(run(digitsSpec()), 2);
    EXPECT_THAT(textOf(root() / "job.err"), HasSubstr("started before"));
}

TEST_F(JobScript, SetsThreadsAndYieldsOnlyBeyondTheCores) {
    writeMpirun("echo \"$OMP_NUM_THREADS $OPENBLAS_NUM_THREADS $WATTLINE_HOME\"");
    auto spec = digitsSpec();
    spec.threads_per_rank = 3;
    EXPECT_EQ(run(spec), 0);
    EXPECT_EQ(textOf(m_run.log() / "mpirun.log"), "3 3 " + workspace().root().string() + "\n");
    EXPECT_THAT(textOf(m_run.script()), Not(HasSubstr("yield_when_idle")));
    spec.ranks = 4;
    EXPECT_THAT(jobScript(spec, m_run, tools()), HasSubstr("yield_when_idle"));
}

TEST_F(JobScript, GivesUpSingleCopyOnlyWhereReadingProcessesIsForbidden) {
    auto here = tools();
    EXPECT_THAT(jobScript(digitsSpec(), m_run, here), Not(HasSubstr("single_copy")));
    here.cross_memory = false;
    EXPECT_THAT(jobScript(digitsSpec(), m_run, here), HasSubstr("single_copy_mechanism:-none"));
}

}  // namespace
}  // namespace wattline::launch
