// SPDX-License-Identifier: Apache-2.0
// Peers that mean harm or are broken, with real sockets: refused, counted, and nobody else notices.
#include <cerrno>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/telemetry/transport/tcp_fixture.h"

namespace wattline {
namespace {

using test::bytesOf;
using test::eventually;
using test::textOf;
using Hostile = test::TcpFixture;

/// What another user's process gets from a socket file: 1 cannot even reach it, 2 is hung up on,
/// 3 is spoken to. Only calls that are safe after fork().
int tryAsSomebodyElse(const sockaddr_un& address) {
    constexpr uid_t kSomebody = 65'534;
    if (::setresgid(kSomebody, kSomebody, kSomebody) != 0 ||
        ::setresuid(kSomebody, kSomebody, kSomebody) != 0)
        return 9;
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
    char byte = 0;
    return ::read(fd, &byte, 1) == 1 ? 3 : 2;  // a ROUTER greets first
}

int askAsSomebodyElse(const std::filesystem::path& file) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    file.native().copy(address.sun_path, sizeof address.sun_path - 1);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(tryAsSomebodyElse(address));
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Hostile, AnotherUsersProcessGetsNeitherThroughTheFolderNorThroughTheSocket) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
    const auto folder = makeFolder("hub");
    auto hub = test::bindHub(folder);
    ::chmod(m_folder.path().c_str(), 0711);
    for (const char* name : {"ingest.sock", "client.sock"}) {
        const auto file = folder / name;
        EXPECT_EQ(askAsSomebodyElse(file), 1) << "the folder keeps them out";
        ::chmod(folder.c_str(), 0711);  // somebody's chmod -R
        ::chmod(file.c_str(), 0777);
        EXPECT_EQ(askAsSomebodyElse(file), 2) << "and so does the kernel's word for who they are";
        ::chmod(folder.c_str(), 0700);
    }
    EXPECT_TRUE(eventually([&] { return hub->counters().doors.other_user == 2; }));
    auto ours = ClientSocket::connect(hub->clientEndpoint()).value();
    ASSERT_TRUE(ours->send("{}"));
    EXPECT_TRUE(test::nextMessage(*hub)) << "our own come in";
}

TEST_F(Hostile, AnOversizedFrameIsRefusedAndAHugeOneEndsTheConnection) {
    auto hub = bindTcp();
    publishLease(*hub);
    const auto rank = m_keys.read(KeyOwner::Rank).value();
    const test::RawDealer peer(
        hub->endpoints().ingest_tcp,
        CurveClient{m_keys.hubPublicKey().value(), rank.public_key, rank.secret_key});
    std::vector<std::size_t> sizes;
    const auto take = [&] {
        hub->takeFromRanks(
            100, [&](const auto& message) { sizes.push_back(message.parts.front().size()); });
    };
    peer.send({std::string(HubSockets::kMaxIngestBytes + 1, 'x')});
    peer.send({"after it"});
    EXPECT_TRUE(eventually([&] {
        take();
        return hub->counters().oversized == 1 && sizes.size() == 1;
    }));
    peer.send({std::string(3 * HubSockets::kMaxIngestBytes, 'x')});
    auto other = rankElsewhere();
    EXPECT_TRUE(reaches(*other, *hub, "others do not notice"));
    EXPECT_EQ(sizes, std::vector<std::size_t>{8});
}

TEST_F(Hostile, AMessageThatIsNotOneFrameIsCountedAndThrownAway) {
    auto hub = test::bindHub(makeFolder("hub"));
    const test::RawDealer peer(hub->ingestEndpoint(), std::nullopt);
    peer.send({"a", "b", "c", "d"});
    peer.send(std::vector<std::string>(100, "x"));
    peer.send({std::string(65, 'h'), "an address that is too long"});
    peer.send({"good"});
    std::vector<std::string> heard;
    EXPECT_TRUE(eventually([&] {
        hub->takeFromRanks(100, [&](const auto& message) {
            const auto part = message.parts.front();
            heard.emplace_back(reinterpret_cast<const char*>(part.data()), part.size());
        });
        return !heard.empty();
    }));
    EXPECT_EQ(heard, std::vector<std::string>{"good"});
    EXPECT_EQ(hub->counters().misshapen, 3);
}

TEST_F(Hostile, APeerThatFloodsFillsItsOwnQueueAndNobodyElsesTurn) {
    constexpr std::size_t kFrame = 64 << 10;
    auto hub = test::bindHub(makeFolder("hub"));
    ZmqContext context;
    ZmqLimits limits;
    limits.high_water_mark = 8;
    auto flooder = ZmqSocket::open(context, ZmqRole::Dealer, limits).value();
    ASSERT_TRUE(flooder.connect(hub->ingestEndpoint()));
    const Bytes frame(kFrame);
    const std::span<const std::byte> part(frame);
    // Until nothing is taken for a while: all queues between it and us are full.
    std::size_t taken = 0;
    for (int refused = 0; refused < 200;) {
        if (flooder.send(std::span(&part, 1))) {
            ++taken;
            refused = 0;
        } else {
            ++refused;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        ASSERT_LT(taken * kFrame, std::size_t{256} << 20) << "a hub that does not read grows";
    }
    const test::RawDealer quiet(hub->ingestEndpoint(), std::nullopt);
    quiet.send({"mine"});
    std::size_t before_it = 0;
    bool heard = false;
    EXPECT_TRUE(eventually([&] {
        while (flooder.send(std::span(&part, 1))) {  // it never lets up
        }
        hub->takeFromRanks(16, [&](const auto& message) {
            heard = heard || message.parts.front().size() == 4;
            if (!heard) ++before_it;
        });
        return heard;
    }));
    EXPECT_LT(before_it, 10'000U);
}

}  // namespace
}  // namespace wattline
