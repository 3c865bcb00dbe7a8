// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/synthetic_dataset.h"

#include <gtest/gtest.h>
#include <numeric>
#include <set>
#include <vector>

namespace wattline::trainer {
namespace {

TEST(Synthetic, IsTheSameNoiseForTheSameIndexInEveryRun) {
    const auto first = openSynthetic(24, 10), second = openSynthetic(24, 10);
    std::vector<float> a(first.training->pixelsPerImage()), b = a;
    const auto label = first.training->read(7, {1, 1}, a);
    EXPECT_EQ(label.value(), second.training->read(7, {2, 5}, b).value());
    EXPECT_EQ(a, b);
    ASSERT_TRUE(first.training->read(8, {}, b));
    EXPECT_NE(a, b);
    ASSERT_TRUE(first.validation->read(7, {}, b));
    EXPECT_NE(a, b);
}

TEST(Synthetic, NoiseHasMeanZeroAndVarianceOne) {
    const auto data = openSynthetic(100, 10);
    std::vector<float> pixels(data.training->pixelsPerImage());
    ASSERT_TRUE(data.training->read(0, {}, pixels));
    const double n = static_cast<double>(pixels.size());
    EXPECT_NEAR(std::accumulate(pixels.begin(), pixels.end(), 0.0) / n, 0.0, 0.03);
    EXPECT_NEAR(std::inner_product(pixels.begin(), pixels.end(), pixels.begin(), 0.0) / n, 1.0,
                0.03);
}

TEST(Synthetic, LabelsCoverTheClassesThatWereAskedFor) {
    const auto data = openSynthetic(16, 10);
    std::vector<float> pixels(data.training->pixelsPerImage());
    std::set<std::int64_t> labels;
    for (std::int64_t i = 0; i < 300; ++i)
        labels.insert(data.training->read(i, {}, pixels).value());
    EXPECT_EQ(labels.size(), 10U);
    EXPECT_EQ(*labels.rbegin(), 9);
    EXPECT_EQ(openSynthetic(16, 0).training->classes(), kSyntheticClasses);
}

}  // namespace
}  // namespace wattline::trainer
