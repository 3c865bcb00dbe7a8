// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/jpeg.h"

#include <gtest/gtest.h>

#include "tests/trainer/support/test_images.h"

namespace wattline::trainer {
namespace {

Result<DecodedJpeg> decode(const std::string& bytes, double needed = 1.0) {
    return decodeJpeg(std::as_bytes(std::span(bytes)), [&](ImageSize) { return needed; });
}

TEST(Jpeg, DecodesSizeAndColours) {
    const auto jpeg = decode(test::makeJpeg(64, 32, {200, 0, 0}, {0, 0, 200}));
    ASSERT_TRUE(jpeg);
    EXPECT_EQ(jpeg->image.width, 64);
    EXPECT_EQ(jpeg->image.height, 32);
    EXPECT_NEAR(jpeg->image.rgb[0], 200, 8);
    EXPECT_NEAR(jpeg->image.rgb[2], 0, 8);
    EXPECT_NEAR(jpeg->image.rgb[63 * 3 + 2], 200, 8);
}

TEST(Jpeg, DecodesAtTheSmallestFastScaleThatIsLargeEnough) {
    const auto bytes = test::makeJpeg(64, 32, {9, 9, 9}, {9, 9, 9});
    EXPECT_EQ(decode(bytes, 0.6)->image.width, 64);
    EXPECT_EQ(decode(bytes, 0.5)->image.width, 32);
    EXPECT_EQ(decode(bytes, 0.2)->image.width, 16);
    EXPECT_EQ(decode(bytes, 0.01)->image.width, 8);
    EXPECT_EQ(decode(bytes, 0.01)->full.width, 64);
}

TEST(Jpeg, RefusesWhatIsNoJpeg) {
    EXPECT_FALSE(decode("this is text, not an image"));
    EXPECT_FALSE(decode(""));
    EXPECT_FALSE(decode("\x89PNG\r\n\x1a\n and more"));
}

TEST(Jpeg, RefusesAnImageWhoseEndIsMissing) {
    const auto whole = test::makeJpeg(64, 64, {200, 10, 30}, {20, 100, 90});
    EXPECT_FALSE(decode(whole.substr(0, whole.size() - 60)));
    EXPECT_FALSE(decode(whole.substr(0, 30)));
}

TEST(Jpeg, NamesTheFileThatItCannotDecode) {
    const auto jpeg = decodeJpegFile("/nowhere/cat.jpg", [](ImageSize) { return 1.0; });
    ASSERT_FALSE(jpeg);
    EXPECT_NE(jpeg.error().message.find("/nowhere/cat.jpg"), std::string::npos);
}

}  // namespace
}  // namespace wattline::trainer
