// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/prefetcher.h"

#include <atomic>
#include <gtest/gtest.h>
#include <stdexcept>

namespace wattline::trainer {
namespace {

/// One pixel; each image's value and label are its index.
class Counting final : public Dataset {
public:
    std::int64_t size() const override { return 1000; }
    std::int64_t classes() const override { return 1000; }
    int side() const override { return 1; }
    Result<std::int64_t> read(std::int64_t index, AugmentationKey,
                              std::span<float> pixels) const override {
        if (index == 666) throw std::runtime_error("out of memory");
        std::ranges::fill(pixels, static_cast<float>(index));
        return index;
    }
};

TEST(Prefetcher, DeliversBatchesInOrderAndThenEnds) {
    const Counting dataset;
    std::int64_t next = 0;
    Prefetcher batches(
        dataset,
        [&]() -> std::optional<BatchRequest> {
            if (next == 20) return std::nullopt;
            next += 2;
            return BatchRequest{{}, {next - 2, next - 1}};
        },
        Substitute::NextReadable, 3);
    for (std::int64_t i = 0; i < 20; i += 2) {
        const auto batch = batches.next();
        ASSERT_TRUE(batch);
        EXPECT_EQ(batch->labels, (std::vector<std::int64_t>{i, i + 1}));
        EXPECT_EQ(batch->pixels[3], static_cast<float>(i + 1));
    }
    EXPECT_FALSE(batches.next());
    EXPECT_FALSE(batches.next());
}

TEST(Prefetcher, ReadsAheadNoFurtherThanItsDepth) {
    const Counting dataset;
    std::atomic<int> requests{0};
    Prefetcher batches(
        dataset,
        [&]() -> std::optional<BatchRequest> {
            ++requests;
            return BatchRequest{{}, {0}};
        },
        Substitute::NextReadable, 2);
    for (int taken = 1; taken <= 50; ++taken) {
        ASSERT_TRUE(batches.next());
        EXPECT_LE(requests.load(), taken + 3);  // two ready and one in the reader's hands
    }
}

TEST(Prefetcher, GoesAwayWhileItsThreadWaitsForRoom) {
    const Counting dataset;
    for (int i = 0; i < 50; ++i) {
        Prefetcher batches(
            dataset,
            [] {
                return BatchRequest{{}, {0}};
            },
            Substitute::NextReadable, 1);
        ASSERT_TRUE(batches.next());
    }
}

TEST(Prefetcher, AnExceptionOfTheReaderArrivesAsAnError) {
    const Counting dataset;
    Prefetcher batches(
        dataset,
        [] {
            return BatchRequest{{}, {666}};
        },
        Substitute::NextReadable, 2);
    const auto batch = batches.next();
    ASSERT_TRUE(batch && batch->error);
    EXPECT_NE(batch->error->message.find("out of memory"), std::string::npos);
    EXPECT_FALSE(batches.next());
}

}  // namespace
}  // namespace wattline::trainer
