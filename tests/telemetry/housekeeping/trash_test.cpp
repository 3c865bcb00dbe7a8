// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>

#include "telemetry/core/disk_space.h"
#include "telemetry/housekeeping/trash.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr const char* kRun = "20261121-104512-7f3a";

class Trash : public ::testing::Test {
protected:
    Trash() : m_workspace(Workspace::open(m_folder.path() / "home").value()) { makeRun("first"); }

    void makeRun(const std::string& text) const {
        fs::create_directories(folder() / "journal");
        std::ofstream(folder() / "run.json") << text;
        std::ofstream(folder() / "journal" / "a0001-r00000-0000.wlj") << std::string(20'000, 'x');
    }
    [[nodiscard]] fs::path folder() const { return m_workspace.runFolder(kRun).path; }
    [[nodiscard]] std::string specText() const {
        return readFile(folder() / "run.json").value_or("");
    }

    test::TemporaryFolder m_folder;
    Workspace m_workspace;
};

TEST_F(Trash, ARunGoesAndComesBackAsItWas) {
    ASSERT_TRUE(moveToTrash(m_workspace, kRun, 1000));
    EXPECT_TRUE(m_workspace.runIds().empty());
    const auto trash = listTrash(m_workspace);
    ASSERT_EQ(trash.size(), 1U);
    EXPECT_EQ(trash[0].id, kRun);
    EXPECT_EQ(trash[0].trashed_unix_s, 1000);
    EXPECT_GE(trash[0].bytes, 20'000U);
    const auto back = restoreFromTrash(m_workspace, "7f3a");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, kRun);
    EXPECT_EQ(specText(), "first");
    EXPECT_TRUE(listTrash(m_workspace).empty());
}

TEST_F(Trash, TheLatestOfTwoComesBack) {
    ASSERT_TRUE(moveToTrash(m_workspace, kRun, 1000));
    makeRun("second");
    ASSERT_TRUE(moveToTrash(m_workspace, kRun, 2000));
    ASSERT_TRUE(restoreFromTrash(m_workspace, kRun));
    EXPECT_EQ(specText(), "second");
}

TEST_F(Trash, ARunThatIsThereAgainIsNotReplaced) {
    ASSERT_TRUE(moveToTrash(m_workspace, kRun, 1000));
    makeRun("second");
    EXPECT_FALSE(restoreFromTrash(m_workspace, kRun));
    EXPECT_EQ(specText(), "second");
    EXPECT_EQ(listTrash(m_workspace).size(), 1U);
}

TEST_F(Trash, WhatIsNotThereIsRefusedWithASentence) {
    const auto back = restoreFromTrash(m_workspace, "20250101-000000-aaaa");
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, ExitCode::NotFound);
    EXPECT_FALSE(moveToTrash(m_workspace, "20250101-000000-aaaa", 1));
}

TEST_F(Trash, StrangeNamesInTheTrashAreLeftAlone) {
    for (const auto* name :
         {"notes.txt", "@5", "20261121-104512-7f3a@x", "20261121-104512-7f3a@-5"})
        fs::create_directories(trashFolder(m_workspace) / name);
    EXPECT_TRUE(listTrash(m_workspace).empty());
}

TEST_F(Trash, DeletingDoesNotFollowLinks) {
    const auto precious = m_folder.path() / "precious";
    fs::create_directories(precious);
    std::ofstream(precious / "file") << "keep";
    fs::create_directory_symlink(precious, folder() / "link");
    ASSERT_TRUE(moveToTrash(m_workspace, kRun, 1000));
    ASSERT_TRUE(deleteForGood(listTrash(m_workspace).front()));
    EXPECT_TRUE(listTrash(m_workspace).empty());
    EXPECT_TRUE(fs::exists(precious / "file"));
}

TEST_F(Trash, DiskUseCountsBlocksAndDoesNotFollowLinks) {
    const auto before = diskUse(folder());
    EXPECT_GE(before, 20'000U);
    EXPECT_LT(before, 200'000U);
    fs::create_directory_symlink("/usr/lib", folder() / "link");
    EXPECT_LT(diskUse(folder()), before + 10'000U);
    EXPECT_EQ(diskUse(folder() / "not there"), 0U);
}

}  // namespace
}  // namespace wattline
