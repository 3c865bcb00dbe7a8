// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/workspace.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

TEST(Workspace, IsCreatedPrivateAndRefusedWhenOthersCanEnter) {
    const test::TemporaryFolder folder;
    const auto root = folder.path() / "home";
    ASSERT_TRUE(Workspace::open(root));
    struct stat info {};
    ASSERT_EQ(stat(root.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700U);

    fs::permissions(root, fs::perms::others_read, fs::perm_options::add);
    const auto refused = Workspace::open(root);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("chmod 700"));
}

TEST(Workspace, FindsRunsByIdPrefixSuffixAndLatest) {
    const test::TemporaryFolder folder;
    const auto workspace = *Workspace::open(folder.path() / "home");
    for (const char* id : {"20260101-000000-aaaa", "20260102-000000-bbbb"})
        fs::create_directory(workspace.runs() / id);
    EXPECT_THAT(workspace.runIds(), ElementsAre("20260102-000000-bbbb", "20260101-000000-aaaa"));
    EXPECT_EQ(workspace.find("latest")->id(), "20260102-000000-bbbb");
    EXPECT_EQ(workspace.find("aaaa")->id(), "20260101-000000-aaaa");
    EXPECT_EQ(workspace.find("20260101")->id(), "20260101-000000-aaaa");
    EXPECT_THAT(workspace.find("2026").error().message, HasSubstr("names 2 runs"));
    EXPECT_THAT(workspace.find("aaa").error().message, HasSubstr("at least 4 characters"));
    EXPECT_THAT(workspace.find("").error().message, HasSubstr("at least 4 characters"));
    EXPECT_EQ(workspace.find("cccc").error().code, ExitCode::NotFound);
}

TEST(Workspace, LookingCreatesNothing) {
    const test::TemporaryFolder folder;
    const auto root = folder.path() / "not" / "there";
    const auto workspace = Workspace::look(root);
    ASSERT_TRUE(workspace) << workspace.error().message;
    EXPECT_TRUE(workspace->runIds().empty());
    EXPECT_FALSE(workspace->isOurs());
    EXPECT_EQ(workspace->find("latest").error().code, ExitCode::NotFound);
    EXPECT_FALSE(fs::exists(root.parent_path()));
}

TEST(Workspace, LookingNeedsNoPermissionToWrite) {
    const test::TemporaryFolder folder;
    const auto root = folder.path() / "home";
    fs::create_directory(Workspace::open(root)->runs() / "20260101-000000-aaaa");
    fs::permissions(root, fs::perms::owner_read | fs::perms::owner_exec);
    const auto workspace = Workspace::look(root);
    fs::permissions(root, fs::perms::owner_all);
    ASSERT_TRUE(workspace) << workspace.error().message;
    EXPECT_TRUE(workspace->isOurs());
    EXPECT_THAT(workspace->runIds(), ElementsAre("20260101-000000-aaaa"));
}

TEST(Workspace, LookingRefusesOnesOwnThatOthersCanEnter) {
    const test::TemporaryFolder folder;
    const auto root = folder.path() / "home";
    ASSERT_TRUE(Workspace::open(root));
    fs::permissions(root, fs::perms::group_exec, fs::perm_options::add);
    EXPECT_THAT(Workspace::look(root).error().message, HasSubstr("chmod 700"));
}

TEST(Workspace, AFileIsReplacedWholeOrNotAtAll) {
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "a.json";
    ASSERT_TRUE(writeFileAtomically(file, "one"));
    ASSERT_TRUE(writeFileAtomically(file, "two"));
    EXPECT_EQ(*readFile(file), "two");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
    EXPECT_FALSE(writeFileAtomically(folder.path() / "missing" / "a.json", "x"));
}

}  // namespace
}  // namespace wattline
