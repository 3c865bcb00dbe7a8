// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/hub_sockets.h"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/telemetry/transport/transport_fixture.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::bytesOf;
using test::textOf;
using testing::HasSubstr;

TEST(HubSockets, NeedAPrivateFolder) {
    const test::TemporaryFolder folder;
    const auto missing = HubSockets::bind(folder.path() / "missing");
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("missing"));

    fs::permissions(folder.path(), fs::perms::group_exec, fs::perm_options::add);
    const auto open_to_others = HubSockets::bind(folder.path());
    ASSERT_FALSE(open_to_others);
    EXPECT_THAT(open_to_others.error().message, HasSubstr("chmod 700"));
    EXPECT_EQ(open_to_others.error().code, ExitCode::Environment);
}

TEST(HubSockets, APathThatIsTooLongForASocketIsASentence) {
    const test::TemporaryFolder folder;
    const auto deep = folder.path() / std::string(100, 'd');
    fs::create_directory(deep);
    fs::permissions(deep, fs::perms::owner_all);
    const auto refused = HubSockets::bind(deep);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("too long"));
}

TEST(HubSockets, ASecondHubIsRefusedAndTheFirstGoesOn) {
    const test::TemporaryFolder folder;
    auto first = test::bindHub(folder.path());
    const auto second = HubSockets::bind(folder.path());
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("another hub"));
    EXPECT_EQ(second.error().code, ExitCode::Unreachable);

    auto client = ClientSocket::connect(first->clientEndpoint()).value();
    ASSERT_TRUE(client->send("{}"));
    EXPECT_TRUE(test::nextMessage(*first));
}

TEST(HubSockets, AListenerWithoutALockIsRespectedToo) {
    const test::TemporaryFolder folder;
    auto first = test::bindHub(folder.path());
    fs::remove(folder.path() / "hub.lock");
    const auto second = HubSockets::bind(folder.path());
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("listens on"));
}

TEST(HubSockets, FilesLeftByAKilledHubAreReplaced) {
    const test::TemporaryFolder folder;
    for (const char* name : {"ingest.sock", "client.sock"}) {  // bound, never unlinked
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        (folder.path() / name).native().copy(address.sun_path, sizeof address.sun_path - 1);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::close(fd);
    }
    auto hub = test::bindHub(folder.path());
    ASSERT_TRUE(hub);
    EXPECT_TRUE(ClientSocket::connect(hub->clientEndpoint()));
}

TEST(HubSockets, AHubThatEndsLeavesRoomForTheNext) {
    const test::TemporaryFolder folder;
    { auto first = test::bindHub(folder.path()); }
    auto second = test::bindHub(folder.path());
    ASSERT_TRUE(second);
    auto client = ClientSocket::connect(second->clientEndpoint()).value();
    ASSERT_TRUE(client->send("again"));
    const auto message = test::nextMessage(*second);
    ASSERT_TRUE(message);
    EXPECT_EQ(textOf(message->parts.front()), "again");
}

TEST(HubSockets, AnswersGoToTheClientThatAsked) {
    const test::TemporaryFolder folder;
    auto hub = test::bindHub(folder.path());
    auto a = ClientSocket::connect(hub->clientEndpoint()).value();
    auto b = ClientSocket::connect(hub->clientEndpoint()).value();
    ASSERT_TRUE(a->send("from a"));
    ASSERT_TRUE(b->send("from b"));
    for (int i = 0; i < 2; ++i) {
        const auto message = test::nextMessage(*hub);
        ASSERT_TRUE(message);
        EXPECT_TRUE(message->from_client);
        const std::vector<Bytes> answer{message->parts.front(), bytesOf("columns")};
        EXPECT_TRUE(hub->sendToClient(message->peer, answer));
    }
    const auto to_a = a->receive(10'000);
    const auto to_b = b->receive(10'000);
    ASSERT_TRUE(to_a && to_b);
    EXPECT_EQ(textOf(to_a->at(0)), "from a");
    EXPECT_EQ(textOf(to_a->at(1)), "columns");
    EXPECT_EQ(textOf(to_b->at(0)), "from b");
}

TEST(HubSockets, AnAnswerToNobodyIsRefusedAndNotKept) {
    const test::TemporaryFolder folder;
    auto hub = test::bindHub(folder.path());
    EXPECT_FALSE(hub->sendToRank("nobody", bytesOf("x")));
    auto client = ClientSocket::connect(hub->clientEndpoint()).value();
    ASSERT_TRUE(client->send("{}"));
    const auto message = test::nextMessage(*hub);
    ASSERT_TRUE(message);
    client.reset();
    const std::vector<Bytes> answer{bytesOf("too late")};
    EXPECT_TRUE(test::eventually([&] {
        static_cast<void>(hub->receive(1));  // lets ZeroMQ notice that the peer has gone
        return !hub->sendToClient(message->peer, answer);
    }));
}

TEST(HubSockets, ReceiveReturnsAfterItsTimeOut) {
    const test::TemporaryFolder folder;
    auto hub = test::bindHub(folder.path());
    EXPECT_FALSE(hub->receive(0));
    EXPECT_FALSE(hub->receive(5));
}

}  // namespace
}  // namespace wattline
