// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/image.h"

#include <gmock/gmock.h>

namespace wattline::trainer {
namespace {

using testing::FloatNear;
using testing::Pointwise;

constexpr Normalisation kPlain{{0, 0, 0}, {1, 1, 1}};

/// Red rises to the right, green downwards.
Image ramp(int side) {
    Image image{side, side, {}};
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            image.rgb.insert(image.rgb.end(), {static_cast<std::uint8_t>(10 * x),
                                               static_cast<std::uint8_t>(10 * y), 255});
    return image;
}

TEST(Resample, TheWholeImageAtItsOwnSizeIsTheImage) {
    std::vector<float> out(3 * 16);
    resample(ramp(4), {0, 0, 4, 4}, false, 4, kPlain, out);
    EXPECT_FLOAT_EQ(out[3], 30.0F / 255);        // red, row 0, column 3
    EXPECT_FLOAT_EQ(out[16 + 12], 30.0F / 255);  // green, row 3, column 0
    EXPECT_FLOAT_EQ(out[32], 1.0F);
}

TEST(Resample, AFlipMirrorsLeftAndRight) {
    std::vector<float> out(3 * 16);
    resample(ramp(4), {0, 0, 4, 4}, true, 4, kPlain, out);
    EXPECT_FLOAT_EQ(out[0], 30.0F / 255);
    EXPECT_FLOAT_EQ(out[16 + 12], 30.0F / 255);
}

TEST(Resample, HalvingAveragesNeighboursOfARamp) {
    std::vector<float> out(3 * 4);
    resample(ramp(4), {0, 0, 4, 4}, false, 2, kPlain, out);
    EXPECT_FLOAT_EQ(out[0], 5.0F / 255);
    EXPECT_FLOAT_EQ(out[1], 25.0F / 255);
}

TEST(Resample, NormalisesEachChannel) {
    std::vector<float> out(3);
    resample(ramp(1), {0, 0, 1, 1}, false, 1, {{0.5F, 0, 0.5F}, {2, 1, 0.25F}}, out);
    EXPECT_THAT(out, Pointwise(FloatNear(1e-6F), {-0.25F, 0.0F, 2.0F}));
}

TEST(Upscale, KeepsConstantImagesAndRepeatsTheEdge) {
    std::vector<float> out(16);
    upscale(std::vector<float>{1, 1, 1, 1}, 2, 4, out);
    EXPECT_THAT(out, testing::Each(1.0F));
    upscale(std::vector<float>{0, 4, 0, 4}, 2, 4, out);
    EXPECT_THAT(std::vector<float>(out.begin(), out.begin() + 4),
                testing::ElementsAre(0.0F, 1.0F, 3.0F, 4.0F));
}

}  // namespace
}  // namespace wattline::trainer
