// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/epoch_sampler.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <numeric>

namespace wattline::trainer {
namespace {

using testing::Each;

std::vector<std::int64_t> sorted(std::vector<std::int64_t> values) {
    std::ranges::sort(values);
    return values;
}

/// What all ranks together train on in one step.
std::vector<std::int64_t> globalBatch(const std::vector<std::int64_t>& order,
                                      const BatchShape& shape, std::int64_t step) {
    std::vector<std::int64_t> all;
    for (std::int64_t rank = 0; rank < shape.ranks; ++rank)
        for (std::int64_t micro = 0; micro < shape.accumulation; ++micro)
            std::ranges::copy(microBatch(order, shape, step, micro, rank), std::back_inserter(all));
    return sorted(std::move(all));
}

TEST(EpochSampler, AnEpochVisitsEverySampleOnce) {
    const auto order = epochOrder(3, 1, 1442);
    std::vector<std::int64_t> all(1442);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(sorted(order), all);
    EXPECT_NE(order, all);
}

TEST(EpochSampler, TheOrderDependsOnSeedAndEpochAlone) {
    EXPECT_EQ(epochOrder(3, 1, 100), epochOrder(3, 1, 100));
    EXPECT_NE(epochOrder(3, 1, 100), epochOrder(3, 2, 100));
    EXPECT_NE(epochOrder(3, 1, 100), epochOrder(4, 1, 100));
}

TEST(EpochSampler, EveryNumberOfRanksTrainsOnTheSameGlobalBatches) {
    const auto order = epochOrder(0, 1, 100);
    const BatchShape one{100, 16, 1, 1}, two{100, 8, 2, 1}, four{100, 2, 4, 2}, slow{100, 4, 1, 4};
    for (std::int64_t step = 0; step < one.stepsPerEpoch(); ++step) {
        const auto expected = sorted({order.begin() + step * 16, order.begin() + (step + 1) * 16});
        for (const auto& shape : {one, two, four, slow})
            EXPECT_EQ(globalBatch(order, shape, step), expected) << shape.ranks << " ranks";
    }
}

TEST(EpochSampler, ARankTakesItsStrideOfTheGlobalBatch) {
    std::vector<std::int64_t> order(16);
    std::iota(order.begin(), order.end(), 0);
    const BatchShape shape{16, 2, 2, 2};
    EXPECT_THAT(microBatch(order, shape, 1, 0, 1), testing::ElementsAre(9, 11));
    EXPECT_THAT(microBatch(order, shape, 1, 1, 0), testing::ElementsAre(12, 14));
}

TEST(EpochSampler, AnIncompleteGlobalBatchIsDropped) {
    EXPECT_EQ((BatchShape{1442, 32, 2, 1}).stepsPerEpoch(), 22);
    EXPECT_EQ((BatchShape{63, 32, 2, 1}).stepsPerEpoch(), 0);
}

}  // namespace
}  // namespace wattline::trainer
