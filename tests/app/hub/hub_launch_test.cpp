// SPDX-License-Identifier: Apache-2.0
// The hub launches real job scripts; only mpirun is a fake.
#include <gmock/gmock.h>

#include <fstream>

#include "app/client/hub_protocol.h"
#include "app/hub/job_process.h"
#include "tests/app/hub/hub_fixture.h"
#include "trainer/launch/job_script.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HubLaunch : public HubFixture {
protected:
    HubLaunch() {
        fs::create_directories(m_folder.path() / "bin");
        setenv("PATH", ((m_folder.path() / "bin").string() + ":" + std::getenv("PATH")).c_str(), 1);
        setenv("WATTLINE_TRAINER", "/bin/true", 1);
    }
    /// mpirun as a bash script that waits for the file `go` and ends with `code`.
    void writeMpirun(int code) {
        const auto file = m_folder.path() / "bin/mpirun";
        std::ofstream(file) << "#!/bin/bash\ntrap 'exit 3' USR1\nwhile ! test -e "
                            << (m_folder.path() / "go").string() << "; do sleep 0.01; done\nexit "
                            << code << "\n";
        fs::permissions(file, fs::perms::owner_all);
    }
    void go() const { std::ofstream(m_folder.path() / "go") << "go"; }
    [[nodiscard]] RunId launch() const {
        RunSpec spec;
        spec.ranks = 2;
        spec.lbs = 16;
        spec.epochs = 1;
        const auto answer = call("launch", encodeSpecParams(spec));
        EXPECT_TRUE(answer) << answer.error().message;
        return answer ? decodeLaunch(answer->result).value_or("") : "";
    }
};

TEST_F(HubLaunch, ShowsARunAtOnceAndHowItEnded) {
    writeMpirun(9);
    const auto hub = startHub();
    const auto id = launch();
    ASSERT_TRUE(summary(id)) << "the next snapshot has it";
    EXPECT_FALSE(isFinal(summary(id)->state));
    go();
    ASSERT_TRUE(eventually([&] { return summary(id)->state == RunState::Failed; }));
    EXPECT_THAT(summary(id)->state_reason, HasSubstr("exit code 9"));
}

TEST_F(HubLaunch, AJobSurvivesTheHubThatStartedIt) {
    writeMpirun(0);
    auto hub = startHub();
    const auto id = launch();
    const auto folder = m_workspace.runFolder(id);
    ASSERT_TRUE(eventually([&] { return jobProcess(folder, m_workspace.files()).has_value(); }));
    hub.kill(SIGKILL);
    hub.join();
    EXPECT_TRUE(isAlive(*jobProcess(folder, m_workspace.files())));
    go();
    EXPECT_TRUE(eventually([&] { return fs::exists(folder.exitRecord()); }));
}

TEST_F(HubLaunch, AJobDoesNotInheritTheHubsSecrets) {
    const auto seen = m_folder.path() / "environment";
    const auto mpirun = m_folder.path() / "bin/mpirun";
    std::ofstream(mpirun) << "#!/bin/bash\nenv >" << seen.string() << ".new\nmv " << seen.string()
                          << ".new " << seen.string() << "\n";
    fs::permissions(mpirun, fs::perms::owner_all);
    setenv("SOME_SERVICE_TOKEN", "do-not-tell", 1);
    setenv("OMPI_MCA_something", "site", 1);
    setenv("SITE_LICENSE_SERVER", "here", 1);
    setenv("WATTLINE_PASS", "SITE_*", 1);
    const auto hub = startHub();
    EXPECT_NE(launch(), "");
    for (const char* name :
         {"SOME_SERVICE_TOKEN", "OMPI_MCA_something", "SITE_LICENSE_SERVER", "WATTLINE_PASS"})
        unsetenv(name);
    ASSERT_TRUE(eventually([&] { return fs::exists(seen); }));
    const auto environment = readFile(seen).value();
    EXPECT_THAT(environment, Not(HasSubstr("do-not-tell")));
    EXPECT_THAT(environment, HasSubstr("OMPI_MCA_something=site")) << "MPI's settings go with it";
    EXPECT_THAT(environment, HasSubstr("SITE_LICENSE_SERVER=here")) << "and what was asked for";
    EXPECT_THAT(environment, HasSubstr("PATH="));
}

TEST_F(HubLaunch, ARelayStartsBeforeMpirunAndEndsWithTheRun) {
    const auto bin = m_folder.path() / "bin";
    const auto story = m_folder.path() / "story";
    const auto write = [&](const char* name, const std::string& body) {
        std::ofstream(bin / name) << "#!/bin/bash\n" << body;
        fs::permissions(bin / name, fs::perms::owner_all);
    };
    write("wattline-train", "");
    write("wattline", "trap 'echo relay ends >>" + story.string() + "; exit 0' TERM\necho $1 >>" +
                          story.string() + "\nwhile :; do sleep 0.01; done\n");
    write("mpirun", "while ! grep -q relay " + story.string() +
                        "; do sleep 0.01; done\necho mpirun >>" + story.string() + "\n");
    setenv("WATTLINE_TRAINER", (bin / "wattline-train").c_str(), 1);
    setenv("WATTLINE_RELAY_RANKS", "2", 1);
    const auto hub = startHub();
    const auto id = launch();
    unsetenv("WATTLINE_RELAY_RANKS");
    ASSERT_TRUE(eventually([&] { return fs::exists(m_workspace.runFolder(id).exitRecord()); }));
    EXPECT_EQ(readFile(story).value(), "relay\nmpirun\nrelay ends\n");
}

TEST_F(HubLaunch, AStopThatNobodyObeysIsEnforcedThroughTheJob) {
    writeMpirun(0);
    const auto hub = startHub();
    const auto id = launch();
    ASSERT_TRUE(eventually(
        [&] { return jobProcess(m_workspace.runFolder(id), m_workspace.files()).has_value(); }));
    ASSERT_TRUE(command(id, "stop"));
    ASSERT_TRUE(eventually([&] { return fs::exists(m_workspace.runFolder(id).exitRecord()); },
                           std::chrono::seconds(20)))
        << "TERM after ten seconds";
}

/// The real mpirun, which starts any program; the ranks have no model, but all the rest.
class HubWithRealMpirun : public HubFixture {
protected:
    void SetUp() override {
        if (launch::findTools().mpirun.empty()) GTEST_SKIP() << "mpirun is not installed";
        const auto trainer = m_folder.path() / "trainer";
        std::ofstream(trainer)
            << "#!/bin/bash\n# --run-folder FOLDER comes first\nexec "
            << programBeside("rank_program")
            << " \"$2\" $OMPI_COMM_WORLD_RANK $OMPI_COMM_WORLD_SIZE 1000000 1000\n";
        fs::permissions(trainer, fs::perms::owner_all);
        setenv("WATTLINE_TRAINER", trainer.c_str(), 1);
    }
    /// The process of a rank, found by its arguments; 0: there is none.
    [[nodiscard]] static pid_t processOfRank(const RunFolder& folder, int rank) {
        const auto wanted = folder.path.string() + '\0' + std::to_string(rank) + '\0';
        std::error_code error;
        for (fs::directory_iterator it("/proc", error), end; !error && it != end;
             it.increment(error)) {
            const auto line = readFile(it->path() / "cmdline");
            if (line && line->find("rank_program") != std::string::npos &&
                line->find(wanted) != std::string::npos)
                return std::stoi(it->path().filename().string());
        }
        return 0;
    }
};

TEST_F(HubWithRealMpirun, ARankThatIsKilledFailsTheRunAndIsNamed) {
    const auto hub = startHub();
    RunSpec spec;
    spec.ranks = 2;
    spec.epochs = 1;
    const auto answer = call("launch", encodeSpecParams(spec));
    ASSERT_TRUE(answer) << answer.error().message;
    const auto id = decodeLaunch(answer->result).value();
    const auto folder = m_workspace.runFolder(id);
    ASSERT_TRUE(eventually([&] { return summary(id)->step > 50; }));
    const pid_t victim = processOfRank(folder, 1);
    ASSERT_GT(victim, 1);
    ::kill(victim, SIGKILL);
    ASSERT_TRUE(eventually([&] { return summary(id)->state == RunState::Failed; }))
        << "in bounded time";
    EXPECT_THAT(summary(id)->state_reason, HasSubstr("rank 1 on "));
    EXPECT_THAT(summary(id)->state_reason, HasSubstr("was killed by signal 9"));
    EXPECT_GT(summary(id)->step, 50) << "the data up to then is there";
    EXPECT_TRUE(eventually([&] { return processOfRank(folder, 0) == 0; })) << "nothing is left";
}

TEST_F(HubLaunch, RefusesWithASentenceWhatCannotRun) {
    writeMpirun(0);
    const auto hub = startHub();
    const auto error = [&](RunSpec spec) {
        const auto answer = call("launch", encodeSpecParams(spec));
        return answer ? std::string("launched") : answer.error().message;
    };
    RunSpec spec;
    spec.dataset = "imagefolder:/nowhere/at/all";
    EXPECT_THAT(error(spec), HasSubstr("/nowhere/at/all"));
    spec.dataset = "imagefolder:photos";
    EXPECT_THAT(error(spec), HasSubstr("whole path"));
    spec = {};
    spec.lbs = 100'000;
    EXPECT_THAT(error(spec), HasSubstr("larger than"));
    EXPECT_TRUE(m_workspace.runIds().empty());
}

}  // namespace
}  // namespace wattline
