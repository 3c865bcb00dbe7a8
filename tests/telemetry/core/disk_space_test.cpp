// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "telemetry/core/disk_space.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

TEST(DiskSpace, OfAFolderThatIsNotThereYetIsThatOfTheOneAboveIt) {
    const test::TemporaryFolder folder;
    const auto here = diskSpaceOf(folder.path());
    const auto below = diskSpaceOf(folder.path() / "not" / "there");
    ASSERT_TRUE(here && below);
    EXPECT_GT(here->total, 0U);
    EXPECT_LE(here->free, here->total);
    EXPECT_EQ(here->total, below->total);
}

TEST(DiskSpace, AQuotaThatIsSmallerThanTheDiskCounts) {
    EXPECT_EQ((DiskSpace{100, 50, std::nullopt}.available()), 50U);
    EXPECT_EQ((DiskSpace{100, 50, 20}.available()), 20U);
    EXPECT_EQ((DiskSpace{100, 50, 80}.available()), 50U);
}

TEST(BytesText, HasOneDigitAndABinaryPrefix) {
    EXPECT_EQ(bytesText(0), "0 B");
    EXPECT_EQ(bytesText(1023), "1023 B");
    EXPECT_EQ(bytesText(1024), "1.0 KiB");
    EXPECT_EQ(bytesText((std::uint64_t{1} << 30) - 1), "1.0 GiB") << "never 1024.0 MiB";
    EXPECT_EQ(bytesText(std::uint64_t{3} << 39), "1.5 TiB");
}

TEST(ParseBytes, TakesWhatPeopleWrite) {
    EXPECT_EQ(parseBytes("4096"), 4096U);
    EXPECT_EQ(parseBytes("50G"), std::uint64_t{50} << 30);
    EXPECT_EQ(parseBytes("1.5TiB"), std::uint64_t{3} << 39);
    EXPECT_EQ(parseBytes("300 mb"), std::uint64_t{300} << 20);
    EXPECT_EQ(parseBytes("0"), 0U);
}

TEST(ParseBytes, RefusesEverythingElse) {
    for (const auto* text : {"", "G", "-1", "50X", "50GG", "50Gi", "1e300", "nan", "inf", "5 0"})
        EXPECT_FALSE(parseBytes(text)) << text;
}

}  // namespace
}  // namespace wattline
