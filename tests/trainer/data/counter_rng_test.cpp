// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/counter_rng.h"

#include <array>
#include <gtest/gtest.h>

namespace wattline::trainer {
namespace {

TEST(CounterRng, SameKeyGivesTheSameNumbers) {
    CounterRng a(7, 1, 2, 3), b(7, 1, 2, 3);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(a.next(), b.next());
}

TEST(CounterRng, EveryPartOfTheKeyMatters) {
    const auto first = CounterRng(7, 1, 2, 3).next();
    EXPECT_NE(first, CounterRng(8, 1, 2, 3).next());
    EXPECT_NE(first, CounterRng(7, 2, 2, 3).next());
    EXPECT_NE(first, CounterRng(7, 1, 3, 3).next());
    EXPECT_NE(first, CounterRng(7, 1, 2, 4).next());
    EXPECT_NE(CounterRng(7, 1, 2, 3).next(), CounterRng(7, 1, 3, 2).next());
}

TEST(CounterRng, UniformHasTheMeanAndVarianceOfItsRange) {
    CounterRng rng(1, 1);
    constexpr int kDraws = 100'000;
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = rng.uniform(-1.0, 3.0);
        ASSERT_GE(x, -1.0);
        ASSERT_LT(x, 3.0);
        sum += x;
        squares += x * x;
    }
    const double mean = sum / kDraws;
    EXPECT_NEAR(mean, 1.0, 0.015);                                    // 4 standard errors
    EXPECT_NEAR(squares / kDraws - mean * mean, 16.0 / 12.0, 0.015);  // (b - a)^2 / 12
}

TEST(CounterRng, BelowReachesEveryNumberAboutEquallyOften) {
    CounterRng rng(1, 1);
    std::array<int, 5> seen{};
    for (int i = 0; i < 50'000; ++i)
        ++seen.at(rng.below(5));
    for (const int count : seen)
        EXPECT_NEAR(count, 10'000, 400);
}

}  // namespace
}  // namespace wattline::trainer
