// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_file.h"

#include <gmock/gmock.h>

#include "telemetry/core/workspace.h"
#include "tests/support/temporary_folder.h"

namespace wattline::cli {
namespace {

using ::testing::HasSubstr;

TEST(OutputFile, ReplacesAnOldFileAndLeavesNothingBeside) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "a.csv";
    ASSERT_TRUE(writeOutputFile(file, "old"));
    ASSERT_TRUE(writeOutputFile(file, "new"));
    EXPECT_EQ(readFile(file).value(), "new");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(OutputFile, ADeviceIsWrittenAndNotReplaced) {
    const auto full = writeOutputFile("/dev/full", "x");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, ExitCode::Environment);
    EXPECT_THAT(full.error().message, HasSubstr("/dev/full"));
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST(OutputFile, AMissingFolderIsNamed) {
    const auto result = writeOutputFile("/no/such/folder/a.csv", "x");
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("/no/such/folder/a.csv"));
}

TEST(OutputFile, AnExtensionIsLowerCaseAndWithoutItsDot) {
    EXPECT_EQ(extensionOf("a/b.CSV"), "csv");
    EXPECT_EQ(extensionOf("a.b/c"), "");
}

}  // namespace
}  // namespace wattline::cli
