// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/telemetry/transport/transport_fixture.h"

namespace wattline {
namespace {

using testing::HasSubstr;

TEST(ClientSocket, SaysAtOnceThatNoHubListens) {
    const test::TemporaryFolder folder;
    const auto refused = ClientSocket::connect("ipc://" + (folder.path() / "none.sock").string());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ExitCode::Unreachable);
    EXPECT_THAT(refused.error().message, HasSubstr("no hub listens"));
    EXPECT_FALSE(ClientSocket::connect("carrier-pigeon://x"));
}

TEST(ClientSocket, ReceiveReturnsAfterItsTimeOut) {
    const test::TemporaryFolder folder;
    auto hub = test::bindHub(folder.path());
    auto client = ClientSocket::connect(hub->clientEndpoint()).value();
    EXPECT_FALSE(client->receive(5));
}

TEST(ClientSocket, AMessageOfManyPartsIsThrownAwayAndTheNextOneArrives) {
    const test::TemporaryFolder folder;
    auto hub = test::bindHub(folder.path());
    auto client = ClientSocket::connect(hub->clientEndpoint()).value();
    ASSERT_TRUE(client->send("hello"));
    const auto message = test::nextMessage(*hub);
    ASSERT_TRUE(message);
    ASSERT_TRUE(hub->sendToClient(message->peer, std::vector<Bytes>(100, test::bytesOf("x"))));
    ASSERT_TRUE(hub->sendToClient(message->peer, std::vector<Bytes>{test::bytesOf("good")}));
    std::optional<std::vector<Bytes>> answer;
    ASSERT_TRUE(test::eventually([&] { return (answer = client->receive(50)).has_value(); }));
    EXPECT_EQ(test::textOf(answer->front()), "good");
}

}  // namespace
}  // namespace wattline
