// SPDX-License-Identifier: Apache-2.0
// The hub on tcp: who may come in, who not, and what is counted. Real sockets on the loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/transport/rank_sink.h"
#include "tests/telemetry/transport/tcp_fixture.h"

namespace wattline {
namespace {

using test::bytesOf;
using test::eventually;
using test::textOf;
using testing::HasSubstr;
using Curve = test::TcpFixture;

TEST_F(Curve, ARankOfAnotherHostIsHeardAndAnswered) {
    auto hub = bindTcp();
    publishLease(*hub);
    auto sink = rankElsewhere();
    ASSERT_TRUE(reaches(*sink, *hub, "frame"));
    ASSERT_TRUE(hub->sendToRank(m_last_peer, bytesOf("command")));
    std::optional<std::vector<std::byte>> answer;
    ASSERT_TRUE(eventually([&] { return (answer = sink->receive()).has_value(); }));
    EXPECT_EQ(textOf(*answer), "command");
    EXPECT_EQ(hub->counters().doors.total(), 0);
}

TEST_F(Curve, ControlAndViewKeysAreToldApart) {
    auto hub = bindTcp();
    EXPECT_EQ(roleSeenFor(*hub, m_keys), PeerRole::Control);
    EXPECT_EQ(roleSeenFor(*hub, onlyViewKey()), PeerRole::View);
}

TEST_F(Curve, AKeyThatIsNotOfThisWorkspaceStaysOutAndIsCounted) {
    auto hub = bindTcp();
    const auto stranger = strangersKeys();
    auto client = ClientSocket::connect(hub->endpoints().client_tcp, stranger).value();
    client->send("{}");
    EXPECT_TRUE(eventually([&] { return hub->counters().doors.unknown_key > 0; }));
    EXPECT_TRUE(eventually([&] { return !client->refusal().empty(); }));
    EXPECT_THAT(client->refusal(), HasSubstr("does not know the key"));
    EXPECT_FALSE(hub->receive(20));
}

TEST_F(Curve, ARanksKeyMayNotAskAndAClientsMayNotRecord) {
    auto hub = bindTcp();
    const auto rank = m_keys.read(KeyOwner::Rank).value();
    const auto control = m_keys.read(KeyOwner::Control).value();
    const auto server = m_keys.hubPublicKey().value();
    const test::RawDealer as_client(hub->endpoints().client_tcp,
                                    CurveClient{server, rank.public_key, rank.secret_key});
    const test::RawDealer as_rank(hub->endpoints().ingest_tcp,
                                  CurveClient{server, control.public_key, control.secret_key});
    as_client.send({"{}"});
    as_rank.send({"frame"});
    EXPECT_TRUE(eventually([&] { return hub->counters().doors.wrong_role >= 2; }));
    EXPECT_FALSE(hub->receive(20));
}

TEST_F(Curve, WithoutAKeyNobodyComesIn) {
    auto hub = bindTcp();
    const test::RawDealer plain(hub->endpoints().ingest_tcp, std::nullopt);
    plain.send({"frame"});
    EXPECT_TRUE(eventually([&] { return hub->counters().doors.bad_handshake > 0; }));
    EXPECT_FALSE(hub->receive(20));
}

TEST_F(Curve, AProcessThatHasNotTheHubsSecretIsNotSpokenTo) {
    auto hub = bindTcp();
    publishLease(*hub);
    auto sink = rankElsewhere();
    ASSERT_TRUE(reaches(*sink, *hub, "one"));

    // Somebody who can write hub.json but not the keys: another hub with keys of its own.
    // It would welcome us, as an impostor does.
    const KeyFolder theirs(makeFolder("their-keys"));
    std::filesystem::copy_file(m_keys.path() / "rank.key", theirs.path() / "rank.key");
    auto impostor = HubSockets::bind(makeFolder("impostor"), loopback(), theirs).value();
    publishLease(*impostor, 2);
    sink->tend();
    EXPECT_FALSE(eventually(
        [&] {
            sink->tend();
            return sink->send(bytesOf("for their eyes"));
        },
        std::chrono::milliseconds(700)));
    EXPECT_FALSE(impostor->receive(0));
    EXPECT_GT(impostor->counters().doors.bad_handshake, 0);
}

TEST_F(Curve, AHubWithoutAGateLetsNobodyIn) {
    const auto context = std::make_unique<ZmqContext>();
    const auto hub_keys = m_keys.ensure(KeyOwner::Hub).value();
    const auto rank = m_keys.ensure(KeyOwner::Rank).value();
    auto router = ZmqSocket::open(*context, ZmqRole::Router, {}).value();
    ASSERT_TRUE(router.serveCurve({hub_keys.secret_key, Gate::kIngestDoor}));
    ASSERT_TRUE(router.bind("tcp://127.0.0.1:*"));
    const test::RawDealer dealer(
        router.boundEndpoint(), CurveClient{hub_keys.public_key, rank.public_key, rank.secret_key});
    dealer.send({"frame"});
    const std::array<void*, 1> handles{router.handle()};
    EXPECT_EQ(waitReadable(handles, 400), 0U);
}

TEST_F(Curve, WithoutKeysARankOfAnotherHostHasNowhereToGo) {
    auto hub = bindTcp();
    publishLease(*hub);
    std::filesystem::remove_all(m_keys.path());
    auto sink = rankElsewhere();
    sink->tend();
    EXPECT_FALSE(sink->send(bytesOf("x")));
    const auto refused = ClientSocket::connect(hub->endpoints().client_tcp, m_keys);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("there are no keys"));
}

TEST_F(Curve, ManySinksOfOneProcessShareOneContext) {
    constexpr std::size_t kSinks = 300;
    auto hub = bindTcp();
    publishLease(*hub);
    auto sinks = RankSinks::open({m_lease, kSinks, "another-host"}).value();
    std::vector<std::unique_ptr<Sink>> ranks;
    for (std::size_t i = 0; i < kSinks; ++i)
        ranks.push_back(sinks->make());
    std::vector<bool> sent(kSinks);
    std::size_t heard = 0;
    const auto count = [&](const HubSockets::Delivery&) { ++heard; };
    EXPECT_TRUE(eventually(
        [&] {
            for (std::size_t i = 0; i < kSinks; ++i) {
                ranks[i]->tend();
                if (!sent[i]) sent[i] = ranks[i]->send(bytesOf("one"));
            }
            hub->takeFromRanks(1000, count);
            return heard == kSinks;
        },
        std::chrono::seconds(30)))
        << heard;
    EXPECT_LT(test::threadsOfThisProcess(), 20) << "not two for each sink";
}

TEST_F(Curve, TheAddressIsOneThatWasNamed) {
    auto hub = bindTcp();
    EXPECT_THAT(hub->endpoints().ingest_tcp, testing::StartsWith("tcp://127.0.0.1:"));
    EXPECT_NE(hub->endpoints().ingest_tcp, hub->endpoints().client_tcp);
    EXPECT_EQ(hub->endpoints().server_key, m_keys.hubPublicKey().value());
    const auto quiet = test::bindHub(makeFolder("quiet"));
    EXPECT_EQ(quiet->endpoints().ingest_tcp, "");
}

TEST(ListenAddress, IsNeverEveryInterface) {
    for (const char* everywhere :
         {"*", "*:7411", "0.0.0.0", "0.0.0.0:7411", "0", "[::]:7411", "", ":7411"}) {
        const auto refused = parseListenAddress(everywhere);
        ASSERT_FALSE(refused) << everywhere;
        EXPECT_EQ(refused.error().code, ExitCode::Usage);
    }
}

TEST(ListenAddress, NamesAHostAndPerhapsAPort) {
    EXPECT_EQ(parseListenAddress("127.0.0.1").value().endpoint(0), "tcp://127.0.0.1:*");
    EXPECT_EQ(parseListenAddress("127.0.0.1:7411").value().endpoint(1), "tcp://127.0.0.1:7412");
    EXPECT_EQ(parseListenAddress("[::1]:7411").value().endpoint(0), "tcp://[::1]:7411");
    EXPECT_EQ(parseListenAddress("::1").value().endpoint(0), "tcp://[::1]:*");
    for (const char* bad :
         {"127.0.0.1:0", "127.0.0.1:65535", "127.0.0.1:x", "no.such.host.invalid"})
        EXPECT_FALSE(parseListenAddress(bad)) << bad;
}

}  // namespace
}  // namespace wattline
