// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/relay.h"

#include <gmock/gmock.h>
#include <thread>

#include "telemetry/transport/relay_record.h"
#include "tests/telemetry/transport/tcp_fixture.h"

namespace wattline {
namespace {

using test::bytesOf;
using test::eventually;
using test::textOf;

class RelayTest : public test::TcpFixture {
protected:
    /// A relay on a thread of its own, as a process would be.
    class Running {
    public:
        explicit Running(std::unique_ptr<Relay> relay)
            : m_relay(std::move(relay)), m_thread([this] { m_relay->run(m_stop); }) {}
        ~Running() {
            m_stop = true;
            m_thread.join();
        }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

    private:
        std::atomic<bool> m_stop{false};
        std::unique_ptr<Relay> m_relay;
        std::thread m_thread;
    };

    /// A relay drops what comes before it has reached the hub itself, so a rank goes on speaking.
    bool isHeard(Sink& sink, HubSockets& hub, const std::string& text) {
        bool heard = false;
        return eventually([&] {
            sink.tend();
            sink.send(bytesOf(text));
            hub.takeFromRanks(100, [&](const HubSockets::Delivery& message) {
                const auto part = message.parts.front();
                if (textOf(Bytes(part.begin(), part.end())) != text) return;
                heard = true;
                m_last_peer = message.peer;
            });
            return heard;
        });
    }
    Relay::Options options(const std::string& boot_id = "another-host") {
        return {m_lease, m_run, makeFolder("node"), boot_id};
    }
    std::unique_ptr<Sink> rankOfTheNode() {
        return RankSinks::open({m_lease, 1, "another-host", m_run}).value()->make();
    }

    std::filesystem::path m_run = makeFolder("run");
};

TEST_F(RelayTest, ManyRanksShareOneConnectionAndAnswersFindTheirRank) {
    auto hub = bindTcp();
    publishLease(*hub);
    const Running relay(Relay::open(options()).value());
    auto zero = rankOfTheNode();
    auto one = rankOfTheNode();
    ASSERT_TRUE(isHeard(*zero, *hub, "from zero"));
    const auto peer_zero = m_last_peer;
    ASSERT_TRUE(isHeard(*one, *hub, "from one"));
    const auto peer_one = m_last_peer;
    ASSERT_NE(peer_zero, peer_one);
    EXPECT_EQ(peer_zero.substr(0, 7), peer_one.substr(0, 7)) << "the same connection";
    ASSERT_TRUE(hub->sendToRank(peer_one, bytesOf("to one")));
    ASSERT_TRUE(hub->sendToRank(peer_zero, bytesOf("to zero")));
    std::optional<Bytes> answer;
    ASSERT_TRUE(eventually([&] { return (answer = zero->receive()).has_value(); }));
    EXPECT_EQ(textOf(*answer), "to zero");
    answer.reset();
    ASSERT_TRUE(eventually([&] { return (answer = one->receive()).has_value(); }));
    EXPECT_EQ(textOf(*answer), "to one");
}

TEST_F(RelayTest, WhenItDiesRanksGoToTheHubThemselvesAndComeBackLater) {
    auto hub = bindTcp();
    publishLease(*hub);
    auto relay = std::make_unique<Running>(Relay::open(options()).value());
    auto rank = rankOfTheNode();
    ASSERT_TRUE(isHeard(*rank, *hub, "through the relay"));
    const auto relayed = m_last_peer;
    relay.reset();
    rank->tend();
    ASSERT_TRUE(isHeard(*rank, *hub, "straight"));
    EXPECT_NE(m_last_peer.size(), relayed.size()) << "no address behind a relay";
    relay = std::make_unique<Running>(Relay::open(options()).value());
    rank->tend();
    ASSERT_TRUE(isHeard(*rank, *hub, "through it again"));
    EXPECT_EQ(m_last_peer.size(), relayed.size());
}

TEST_F(RelayTest, ARecordThatAKilledRelayLeftBehindIsNotFollowed) {
    auto hub = bindTcp();
    publishLease(*hub);
    const auto file = relayRecordFile(m_run);
    std::filesystem::create_directory(file.parent_path());
    ASSERT_TRUE(writeFileAtomically(
        file, toJson(RelayRecord{"ipc:///nowhere.sock", {bootId(), 1, 4'000'000'000'000}})));
    auto rank = rankOfTheNode();
    EXPECT_TRUE(reaches(*rank, *hub, "straight"));
}

TEST_F(RelayTest, FollowsAHubThatMoved) {
    auto old_hub = bindTcp("old");
    publishLease(*old_hub);
    const Running relay(Relay::open(options()).value());
    auto rank = rankOfTheNode();
    ASSERT_TRUE(isHeard(*rank, *old_hub, "one"));
    auto new_hub = bindTcp("new");
    publishLease(*new_hub, 2);
    old_hub.reset();
    EXPECT_TRUE(isHeard(*rank, *new_hub, "two"));
}

TEST_F(RelayTest, WithoutAHubItDropsAndHoldsNothing) {
    auto relay = Relay::open(options()).value();
    auto rank = rankOfTheNode();
    const Bytes frame(100'000);
    int taken = 0;
    EXPECT_TRUE(eventually([&] {
        rank->tend();
        if (rank->send(frame)) ++taken;
        relay->turn(1);
        return relay->counters().dropped > 500;
    })) << taken;
    EXPECT_EQ(relay->counters().up, 0);
}

TEST_F(RelayTest, OneRunHasOneRelayOnANode) {
    const auto first = Relay::open(options()).value();
    const auto second = Relay::open(options());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ExitCode::Unreachable);
}

}  // namespace
}  // namespace wattline
