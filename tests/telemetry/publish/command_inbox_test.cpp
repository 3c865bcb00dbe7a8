// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/command_inbox.h"

#include <gtest/gtest.h>
#include <thread>

namespace wattline {
namespace {

TEST(CommandInbox, GivesEachIdOnceInOrderOfArrival) {
    CommandInbox inbox;
    EXPECT_FALSE(inbox.take());
    EXPECT_TRUE(inbox.offer({"a", CommandKind::Hold}));
    EXPECT_TRUE(inbox.offer({"b", CommandKind::Resume}));
    EXPECT_FALSE(inbox.offer({"a", CommandKind::Hold}));
    EXPECT_EQ(inbox.take()->id, "a");
    EXPECT_EQ(inbox.take()->id, "b");
    EXPECT_FALSE(inbox.take());
    EXPECT_FALSE(inbox.offer({"b", CommandKind::Resume}));  // answered already
    EXPECT_FALSE(inbox.take());
}

TEST(CommandInbox, NoCommandIsLostBetweenTwoThreads) {
    CommandInbox inbox;
    constexpr int kCount = 2000;
    std::jthread giver([&inbox] {
        for (int i = 0; i < kCount; ++i)
            inbox.offer({std::to_string(i), CommandKind::Hold});
    });
    for (int next = 0; next < kCount;)
        if (const auto command = inbox.take())
            EXPECT_EQ(command->id, std::to_string(next++));
        else
            std::this_thread::yield();
}

}  // namespace
}  // namespace wattline
