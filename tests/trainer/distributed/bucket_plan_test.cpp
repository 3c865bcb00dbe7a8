// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/bucket_plan.h"

#include <gtest/gtest.h>
#include <vector>

namespace wattline::trainer {
namespace {

constexpr BucketLimits kSmall{.first_floats = 32, .floats = 64};

TEST(BucketPlan, TakesParametersInReverseOrderAndClosesFullBuckets) {
    const std::vector<std::size_t> sizes{16, 48, 16, 16, 16};
    const auto buckets = planBuckets(sizes, kSmall);
    ASSERT_EQ(buckets.size(), 3U);
    EXPECT_EQ(buckets[0].slots[0].parameter, 4U);
    EXPECT_EQ(buckets[0].floats, 32U);
    EXPECT_EQ(buckets[1].slots[0].parameter, 2U);
    EXPECT_EQ(buckets[1].slots[1].parameter, 1U);
    EXPECT_EQ(buckets[1].floats, 64U);
    EXPECT_EQ(buckets[2].slots[0].parameter, 0U);
}

TEST(BucketPlan, SlotsAreAlignedAndDoNotOverlap) {
    const std::vector<std::size_t> sizes{5, 17, 1, 31};
    const auto buckets = planBuckets(sizes, {.first_floats = 1000, .floats = 1000});
    ASSERT_EQ(buckets.size(), 1U);
    std::size_t end = 0;
    for (const auto& slot : buckets[0].slots) {
        EXPECT_EQ(slot.offset % kSlotAlignment, 0U);
        EXPECT_GE(slot.offset, end);
        end = slot.offset + slot.size;
        EXPECT_EQ(slot.size, sizes[slot.parameter]);
    }
    EXPECT_LE(end, buckets[0].floats);
}

TEST(BucketPlan, AParameterLargerThanABucketHasItsOwn) {
    const auto buckets = planBuckets(std::vector<std::size_t>{16, 1000, 16}, kSmall);
    ASSERT_EQ(buckets.size(), 2U);
    EXPECT_EQ(buckets[0].slots.size(), 2U);
    EXPECT_EQ(buckets[1].slots.size(), 1U);
}

TEST(BucketPlan, NoParametersNeedNoBucket) {
    EXPECT_TRUE(planBuckets({}, kSmall).empty());
}

}  // namespace
}  // namespace wattline::trainer
