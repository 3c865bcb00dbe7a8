// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/rank_sink.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/core/workspace.h"
#include "tests/telemetry/transport/transport_fixture.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::bytesOf;
using test::eventually;
using test::textOf;

class RankSinkTest : public testing::Test {
protected:
    void publishLease(const std::string& ingest, int pid, const std::string& boot_id = bootId()) {
        ASSERT_TRUE(writeFileAtomically(m_lease, R"({"ingest": ")" + ingest + R"(", "boot_id": ")" +
                                                     boot_id + R"(", "pid": )" +
                                                     std::to_string(pid) + "}"));
    }
    fs::path makeFolder(const std::string& name) {
        const auto folder = m_folder.path() / name;
        fs::create_directory(folder);
        fs::permissions(folder, fs::perms::owner_all);
        return folder;
    }
    /// Tends the sink until a frame is taken, then until the hub has it.
    bool reaches(Sink& sink, HubSockets& hub, const std::string& text) {
        if (!eventually([&] {
                sink.tend();
                return sink.send(bytesOf(text));
            }))
            return false;
        const auto message = test::nextMessage(hub);
        return message && !message->from_client && textOf(message->parts.at(0)) == text;
    }

    test::TemporaryFolder m_folder;
    fs::path m_lease = m_folder.path() / "hub.json";
};

TEST_F(RankSinkTest, RefusesWithoutAHubAndFindsOneThatStartsLater) {
    auto sink = makeRankSink(m_lease);
    sink->tend();
    EXPECT_FALSE(sink->send(bytesOf("early")));
    EXPECT_FALSE(sink->receive());
    auto hub = test::bindHub(makeFolder("a"));
    publishLease(hub->ingestEndpoint(), 1);
    EXPECT_TRUE(reaches(*sink, *hub, "hello"));
}

TEST_F(RankSinkTest, DoesNotFollowALeaseThatBelongsToSomebodyElse) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    auto hub = test::bindHub(makeFolder("a"));
    publishLease(hub->ingestEndpoint(), 1);
    constexpr uid_t kSomebody = 12345;
    ASSERT_EQ(chown(m_lease.c_str(), kSomebody, kSomebody), 0);
    auto sink = makeRankSink(m_lease);
    sink->tend();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    bool taken = false;
    while (!taken && std::chrono::steady_clock::now() < deadline) {
        sink->tend();
        taken = sink->send(bytesOf("for their eyes"));
    }
    EXPECT_FALSE(taken);
    ASSERT_EQ(chown(m_lease.c_str(), 0, 0), 0);
    EXPECT_TRUE(reaches(*sink, *hub, "ours again"));
}

TEST_F(RankSinkTest, TheHubAnswersOnTheSameConnection) {
    auto hub = test::bindHub(makeFolder("a"));
    publishLease(hub->ingestEndpoint(), 1);
    auto sink = makeRankSink(m_lease);
    ASSERT_TRUE(eventually([&] {
        sink->tend();
        return sink->send(bytesOf("frame"));
    }));
    const auto message = test::nextMessage(*hub);
    ASSERT_TRUE(message);
    ASSERT_TRUE(hub->sendToRank(message->peer, bytesOf("command")));
    std::optional<Bytes> answer;
    ASSERT_TRUE(eventually([&] { return (answer = sink->receive()).has_value(); }));
    EXPECT_EQ(textOf(*answer), "command");
}

TEST_F(RankSinkTest, FollowsAHubThatMovedThoughTheOldOneStillListens) {
    auto old_hub = test::bindHub(makeFolder("a"));
    publishLease(old_hub->ingestEndpoint(), 1);
    auto sink = makeRankSink(m_lease);
    ASSERT_TRUE(reaches(*sink, *old_hub, "one"));
    auto new_hub = test::bindHub(makeFolder("b"));
    publishLease(new_hub->ingestEndpoint(), 2);
    sink->tend();
    EXPECT_TRUE(reaches(*sink, *new_hub, "two"));
}

TEST_F(RankSinkTest, ComesBackToAHubThatWasRestartedAtTheSameAddress) {
    const auto folder = makeFolder("a");
    auto hub = test::bindHub(folder);
    publishLease(hub->ingestEndpoint(), 1);
    auto sink = makeRankSink(m_lease);
    ASSERT_TRUE(reaches(*sink, *hub, "one"));
    hub.reset();
    EXPECT_TRUE(eventually([&] { return !sink->send(bytesOf("into the void")); }));
    hub = test::bindHub(folder);
    publishLease(hub->ingestEndpoint(), 2);
    sink->tend();
    EXPECT_TRUE(reaches(*sink, *hub, "two"));
}

TEST_F(RankSinkTest, AHubThatDoesNotReadFillsTheQueueAndNothingBlocks) {
    auto hub = test::bindHub(makeFolder("a"));
    publishLease(hub->ingestEndpoint(), 1);
    auto sink = makeRankSink(m_lease);
    ASSERT_TRUE(reaches(*sink, *hub, "one"));
    const Bytes frame(100'000);
    int taken = 0;
    while (taken < 100'000 && sink->send(frame))
        ++taken;
    EXPECT_LT(taken, 10'000);  // bounded, whatever the kernel buffers
}

TEST_F(RankSinkTest, AnIpcAddressOfAnotherHostIsOutOfReach) {
    auto hub = test::bindHub(makeFolder("a"));
    publishLease(hub->ingestEndpoint(), 1, "another-boot-id");
    auto sink = makeRankSink(m_lease);
    sink->tend();
    EXPECT_FALSE(sink->send(bytesOf("x")));
    EXPECT_FALSE(hub->receive(20));
}

TEST_F(RankSinkTest, ALeaseThatMakesNoSenseIsNoHub) {
    auto sink = makeRankSink(m_lease);
    for (const char* text : {"", "{", "[]", R"({"ingest": 5})", R"({"ingest": "nonsense"})"}) {
        ASSERT_TRUE(writeFileAtomically(m_lease, text));
        sink->tend();
        EXPECT_FALSE(sink->send(bytesOf("x"))) << text;
    }
    auto hub = test::bindHub(makeFolder("a"));
    publishLease(hub->ingestEndpoint(), 1);
    EXPECT_TRUE(reaches(*sink, *hub, "hello"));
}

}  // namespace
}  // namespace wattline
