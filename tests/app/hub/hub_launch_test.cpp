// SPDX-License-Identifier: Apache-2.0
// The hub launches real job scripts; only mpirun is a fake.
#include <gmock/gmock.h>

#include <fstream>

#include "app/client/hub_protocol.h"
#include "app/hub/job_process.h"
#include "tests/app/hub/hub_fixture.h"

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
    ASSERT_TRUE(eventually([&] { return jobProcess(folder).has_value(); }));
    hub.kill(SIGKILL);
    hub.join();
    EXPECT_TRUE(isAlive(*jobProcess(folder)));
    go();
    EXPECT_TRUE(eventually([&] { return fs::exists(folder.exitRecord()); }));
}

TEST_F(HubLaunch, AStopThatNobodyObeysIsEnforcedThroughTheJob) {
    writeMpirun(0);
    const auto hub = startHub();
    const auto id = launch();
    ASSERT_TRUE(eventually([&] { return jobProcess(m_workspace.runFolder(id)).has_value(); }));
    ASSERT_TRUE(command(id, "stop"));
    ASSERT_TRUE(eventually([&] { return fs::exists(m_workspace.runFolder(id).exitRecord()); },
                           std::chrono::seconds(20)))
        << "TERM after ten seconds";
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
    spec = {};
    spec.lbs = 100'000;
    EXPECT_THAT(error(spec), HasSubstr("larger than"));
    EXPECT_TRUE(m_workspace.runIds().empty());
}

}  // namespace
}  // namespace wattline
