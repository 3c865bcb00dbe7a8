// SPDX-License-Identifier: Apache-2.0
// Strangers' bytes, second hubs, idleness and clean ends.
#include <gmock/gmock.h>

#include "telemetry/transport/hub_sockets.h"
#include "telemetry/transport/rank_sink.h"
#include "telemetry/wire/frame.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

using HubRobustness = HubFixture;
using ::testing::HasSubstr;

TEST_F(HubRobustness, CountsGarbageFromRanksAndGoesOn) {
    const auto hub = startHub();
    const auto sink = makeRankSink(m_workspace.hubLease());
    std::vector<std::byte> stranger;  // well-formed, of a run that is not here
    wire::appendSteps(stranger, {"20990101-000000-ffff", 1, 0, 1}, std::vector<StepRecord>(3));
    auto damaged = stranger;
    damaged[90] ^= std::byte{1};
    auto unknown_version = stranger;
    unknown_version[5] = std::byte{9};
    const std::vector<std::vector<std::byte>> messages{{},
                                                       std::vector<std::byte>(7, std::byte{'W'}),
                                                       std::vector<std::byte>(4096, std::byte{0}),
                                                       stranger,
                                                       damaged,
                                                       unknown_version};
    std::size_t sent = 0;
    ASSERT_TRUE(eventually([&] {
        sink->tend();
        if (sink->send(messages[sent % messages.size()])) ++sent;
        return sent == 2 * messages.size();
    }));
    EXPECT_TRUE(eventually([&] {
        return statusNumber("bad_frames") == static_cast<std::int64_t>(2 * messages.size());
    })) << statusNumber("bad_frames");
    EXPECT_EQ(statusNumber("frames"), 0);
}

TEST_F(HubRobustness, CountsGarbageFromClientsAndGoesOn) {
    const auto hub = startHub();
    auto socket = ClientSocket::connect(readHubLease(m_workspace)->client);
    ASSERT_TRUE(socket);
    const std::vector<std::string> garbage{"",
                                           "{",
                                           "[]",
                                           "{\"id\":-1}",
                                           "{\"id\":\"x\"}",
                                           "\xff\xfe",
                                           std::string(2 << 20, '['),
                                           R"({"id":1,"params":{"spec":)" +
                                               std::string(400'000, '[') +
                                               std::string(400'000, ']') + "}}",
                                           "{\"method\":\"hello\"}"};
    for (const auto& text : garbage)
        EXPECT_TRUE((*socket)->send(text));
    EXPECT_TRUE(eventually([&] {
        return statusNumber("bad_requests") == static_cast<std::int64_t>(garbage.size());
    })) << statusNumber("bad_requests");
}

TEST_F(HubRobustness, AnswersRequestsOfTheWrongShapeWithASentence) {
    const auto hub = startHub();
    const auto error = [&](const std::string& method, const std::string& params) {
        const auto answer = call(method, params);
        return answer ? std::string("accepted") : answer.error().message;
    };
    EXPECT_THAT(error("dance", "{}"), HasSubstr("no method 'dance'"));
    EXPECT_THAT(error("series", "{}"), HasSubstr("there is no run ''"));
    EXPECT_THAT(error("series", R"({"axis":"moon"})"), HasSubstr("no axis 'moon'"));
    EXPECT_THAT(error("series", R"({"columns":1e99})"), HasSubstr("columns must be"));
    EXPECT_THAT(error("command", "7"), HasSubstr("no command ''"));
    EXPECT_NE(error("launch", R"({"spec":{"ranks":"many"}})"), "accepted");
    EXPECT_NE(error("preview", "{}"), "accepted");
}

TEST_F(HubRobustness, ASecondHubIsRefusedWithExitCode5) {
    const auto hub = startHub();
    const auto lease = readHubLease(m_workspace);
    ASSERT_TRUE(lease);
    ChildProcess second({std::getenv("WATTLINE_PROGRAM"), "hub", "serve"});
    EXPECT_EQ(second.join(), 5);
    EXPECT_EQ(readHubLease(m_workspace)->pid, hub.pid()) << "the first one stays";
    EXPECT_GT(statusNumber("pid"), 0);
}

TEST_F(HubRobustness, EndsCleanlyOnTermAndGivesTheLeaseBack) {
    auto hub = startHub();
    hub.kill(SIGTERM);
    EXPECT_EQ(hub.join(), 0);
    EXPECT_FALSE(std::filesystem::exists(m_workspace.hubLease()));
}

TEST_F(HubRobustness, EndsWhenAskedTo) {
    auto hub = startHub();
    EXPECT_TRUE(call("shutdown"));
    EXPECT_EQ(hub.join(), 0);
}

TEST_F(HubRobustness, EndsWhenNobodyNeedsIt) {
    auto hub = startHub(1);
    EXPECT_EQ(hub.join(), 0);
}

TEST_F(HubRobustness, FindHubStartsOneAndReplacesOneThatDied) {
    EXPECT_FALSE(findHub(m_workspace, false)) << "never starts one unasked";
    const auto first = findHub(m_workspace, true);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(findHub(m_workspace, true)->pid, first->pid);
    ::kill(static_cast<pid_t>(first->pid), SIGKILL);
    ASSERT_TRUE(eventually([&] { return !isAlive(*first); }));
    const auto second = findHub(m_workspace, true);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_NE(second->pid, first->pid);
    EXPECT_EQ(second->term, first->term + 1);
}

TEST_F(HubRobustness, KeepsItsCatalogOverARestart) {
    const auto folder = prepareRun(1);
    EXPECT_EQ(startRank(folder, 0, 1, 20, 500).join(), 0);
    {
        auto hub = startHub();
        ASSERT_TRUE(eventually([&] {
            const auto run = summary(folder.id());
            return run && run->state == RunState::Finished;
        }));
        ASSERT_TRUE(eventually([&] { return statusNumber("live_runs") == 0; }));
        hub.kill(SIGTERM);
        EXPECT_EQ(hub.join(), 0);
    }
    const auto hub = startHub();
    EXPECT_EQ(summary(folder.id())->step, 20);
    EXPECT_EQ(statusNumber("live_runs"), 0) << "the catalog answers";
    const auto series =
        call("series", R"({"run":")" + folder.id() + R"(","series":"loss","columns":8})");
    ASSERT_TRUE(series) << series.error().message;
    ASSERT_EQ(series->binary.size(), 1U);
    EXPECT_EQ(series->binary.front().size() % (4 * sizeof(double)), 0U);
}

}  // namespace
}  // namespace wattline
