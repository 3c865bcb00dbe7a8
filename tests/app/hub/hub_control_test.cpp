// SPDX-License-Identifier: Apache-2.0
// Commands reach rank 0, over the socket and through the run folder.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

#include "telemetry/runs/run_history.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

using ::testing::HasSubstr;

class HubControl : public HubFixture {
protected:
    [[nodiscard]] bool becomes(const RunId& id, RunState state) const {
        return eventually([&] {
            const auto run = summary(id);
            return run && run->state == state;
        });
    }
};

TEST_F(HubControl, HoldsResumesAndStopsARun) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    ASSERT_TRUE(becomes(folder.id(), RunState::Running));
    ASSERT_TRUE(command(folder.id(), "hold"));
    ASSERT_TRUE(becomes(folder.id(), RunState::Held));
    ASSERT_TRUE(command(folder.id(), "resume"));
    ASSERT_TRUE(becomes(folder.id(), RunState::Running));
    ASSERT_TRUE(command(folder.id(), "stop"));
    EXPECT_EQ(rank.join(), 7) << "it stopped in order";
    ASSERT_TRUE(becomes(folder.id(), RunState::Finished));
    const auto again = command(folder.id(), "hold");
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("cannot hold a run that is finished"));
}

TEST_F(HubControl, ACommandThatCannotBeWrittenGoesOverTheSocket) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    ASSERT_TRUE(becomes(folder.id(), RunState::Running));
    // As on a full disk, but root can do it, too: no file can be made in what is no folder.
    std::filesystem::remove_all(folder.control());
    std::ofstream(folder.control()) << "in the way";
    const auto stopped = command(folder.id(), "stop");
    EXPECT_TRUE(stopped) << stopped.error().message;
    EXPECT_EQ(rank.join(), 7) << "it stopped in order";
}

TEST_F(HubControl, ACommandOutlivesTheHubThatTookIt) {
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    {
        auto hub = startHub();
        ASSERT_TRUE(becomes(folder.id(), RunState::Running));
        rank.kill(SIGSTOP);  // rank 0 cannot see it yet
        ASSERT_TRUE(command(folder.id(), "stop"));
        hub.kill(SIGKILL);
        hub.join();
    }
    rank.kill(SIGCONT);
    EXPECT_EQ(rank.join(), 7) << "the file told it";
}

TEST_F(HubControl, TheSameIdTwiceIsOneCommand) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    ASSERT_TRUE(becomes(folder.id(), RunState::Running));
    const auto params = R"({"run":")" + folder.id() + R"(","command":"hold","id":"one"})";
    ASSERT_TRUE(call("command", params));
    ASSERT_TRUE(becomes(folder.id(), RunState::Held));
    ASSERT_TRUE(command(folder.id(), "resume"));
    ASSERT_TRUE(becomes(folder.id(), RunState::Running));
    EXPECT_TRUE(call("command", params));
    ASSERT_TRUE(command(folder.id(), "stop"));
    EXPECT_EQ(rank.join(), 7);
    ASSERT_TRUE(becomes(folder.id(), RunState::Finished));
    const auto run = summary(folder.id());
    ASSERT_TRUE(run);
    int holds = 0;
    for (const auto& event : run->events)
        holds += event.kind == "held" ? 1 : 0;
    EXPECT_EQ(holds, 1);
}

TEST_F(HubControl, RefusesWhatIsNoCommandOrNoRun) {
    const auto hub = startHub();
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    ASSERT_TRUE(becomes(folder.id(), RunState::Running));
    const auto error = [&](const std::string& run, const std::string& kind, const std::string& id) {
        const auto answer = call("command", R"({"run":")" + run + R"(","command":")" + kind +
                                                R"(","id":")" + id + R"("})");
        return answer ? std::string("accepted") : answer.error().message;
    };
    EXPECT_THAT(error("20990101-000000-ffff", "hold", "a"), HasSubstr("there is no run"));
    EXPECT_THAT(error("../../etc", "hold", "a"), HasSubstr("there is no run"));
    EXPECT_THAT(error(folder.id(), "explode", "a"), HasSubstr("there is no command 'explode'"));
    EXPECT_THAT(error(folder.id(), "hold", "../../evil"), HasSubstr("a command's id"));
    EXPECT_THAT(error(folder.id(), "hold", ""), HasSubstr("a command's id"));
    EXPECT_THAT(error(folder.id(), "suspend", "a"), HasSubstr("cannot suspend"));
}

}  // namespace
}  // namespace wattline
