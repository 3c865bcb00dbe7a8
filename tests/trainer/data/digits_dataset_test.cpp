// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/digits_dataset.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

#include "trainer/data/digits_bytes.h"
#include "trainer/launch/datasets.h"

namespace wattline::trainer {
namespace {

std::vector<float> pixelsOf(const Dataset& dataset, std::int64_t index) {
    std::vector<float> pixels(dataset.pixelsPerImage());
    EXPECT_TRUE(dataset.read(index, {}, pixels));
    return pixels;
}

TEST(Digits, AreTheWholeSetOfUci) {
    ASSERT_EQ(digitsBytes().size(), 1797U * 65U);
    // Sums over the published file: 561,718 of intensities, 8,070 of digits.
    std::uint64_t intensities = 0, digits = 0;
    for (std::size_t i = 0; i < digitsBytes().size(); ++i)
        (i % 65 == 64 ? digits : intensities) += digitsBytes()[i];
    EXPECT_EQ(intensities, 561'718U);
    EXPECT_EQ(digits, 8'070U);
}

TEST(Digits, SplitIsFixedAndEvenOverClasses) {
    const auto data = openDigits(32);
    EXPECT_EQ(data.training->size(), launch::kDigitsTrainingSamples);
    EXPECT_EQ(data.training->size() + data.validation->size(), launch::kDigitsSamples);
    std::array<int, 10> per_class{};
    std::vector<float> pixels(data.validation->pixelsPerImage());
    for (std::int64_t i = 0; i < data.validation->size(); ++i)
        ++per_class.at(static_cast<std::size_t>(data.validation->read(i, {}, pixels).value()));
    for (const int count : per_class)
        EXPECT_NEAR(count, 35.5, 1.5);
}

TEST(Digits, AreNormalisedGreyAndWithoutAugmentation) {
    const auto data = openDigits(32);
    double sum = 0, squares = 0;
    std::size_t count = 0;
    for (std::int64_t i = 0; i < 200; ++i) {
        const auto pixels = pixelsOf(*data.training, i);
        const auto plane = pixels.size() / 3;
        EXPECT_TRUE(std::equal(pixels.begin(), pixels.begin() + std::ptrdiff_t(plane),
                               pixels.begin() + std::ptrdiff_t(plane)));
        sum += std::accumulate(pixels.begin(), pixels.end(), 0.0);
        squares += std::inner_product(pixels.begin(), pixels.end(), pixels.begin(), 0.0);
        count += pixels.size();
    }
    const double n = static_cast<double>(count);
    EXPECT_NEAR(sum / n, 0.0, 0.05);
    EXPECT_NEAR(squares / n, 1.0, 0.3);  // interpolation takes some of the variance

    std::vector<float> other_epoch(data.training->pixelsPerImage());
    ASSERT_TRUE(data.training->read(0, {.seed = 9, .epoch = 9}, other_epoch));
    EXPECT_EQ(other_epoch, pixelsOf(*data.training, 0));
}

}  // namespace
}  // namespace wattline::trainer
