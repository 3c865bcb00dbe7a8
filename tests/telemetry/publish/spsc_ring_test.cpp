// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/spsc_ring.h"

#include <array>
#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace wattline {
namespace {

using testing::ElementsAre;

std::vector<int> takeAll(SpscRing<int>& ring) {
    std::vector<int> out(100);
    out.resize(ring.peek(out));
    ring.drop(out.size());
    return out;
}

TEST(SpscRing, RoundsItsCapacityUpToAPowerOfTwo) {
    EXPECT_EQ(SpscRing<int>(1).capacity(), 2U);
    EXPECT_EQ(SpscRing<int>(5).capacity(), 8U);
    EXPECT_EQ(SpscRing<int>(64).capacity(), 64U);
}

TEST(SpscRing, RefusesWhenFullAndGoesOnWhenThereIsRoom) {
    SpscRing<int> ring(4);
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(ring.push(i));
    EXPECT_FALSE(ring.push(4));
    EXPECT_THAT(takeAll(ring), ElementsAre(0, 1, 2, 3));
    EXPECT_TRUE(ring.push(5));
    EXPECT_THAT(takeAll(ring), ElementsAre(5));
    EXPECT_THAT(takeAll(ring), ElementsAre());
}

TEST(SpscRing, WhatWasOnlyLookedAtIsStillThere) {
    SpscRing<int> ring(4);
    ASSERT_TRUE(ring.push(1));
    ASSERT_TRUE(ring.push(2));
    std::array<int, 4> out{};
    EXPECT_EQ(ring.peek(out), 2U);
    ring.drop(1);
    EXPECT_EQ(ring.peek(out), 1U);
    EXPECT_EQ(out[0], 2);
}

TEST(SpscRing, TwoThreadsPassEveryValueOnceAndInOrder) {
    struct Wide {  // torn if a slot were seen before it is written
        std::uint64_t a = 0, b = 0, c = 0;
    };
    constexpr std::uint64_t kCount = 300'000;
    SpscRing<Wide> ring(64);
    std::jthread producer([&ring] {
        for (std::uint64_t i = 1; i <= kCount;)
            if (ring.push({i, i, i}))
                ++i;
            else
                std::this_thread::yield();
    });
    std::array<Wide, 24> out{};
    for (std::uint64_t next = 1; next <= kCount;) {
        const auto count = ring.peek(out);
        if (count == 0) std::this_thread::yield();
        for (std::size_t i = 0; i < count; ++i, ++next) {
            ASSERT_EQ(out[i].a, next);
            ASSERT_EQ(out[i].b, next);
            ASSERT_EQ(out[i].c, next);
        }
        ring.drop(count);
    }
}

}  // namespace
}  // namespace wattline
