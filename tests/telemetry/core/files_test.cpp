// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/files.h"

#include <array>
#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

class SystemFilesTest : public testing::Test {
protected:
    std::filesystem::path path(const char* name) const { return m_folder.path() / name; }
    std::string text(const char* name) { return readFile(path(name), m_files).value_or("missing"); }
    void make(const char* name, std::string_view content) {
        auto file = m_files.open(path(name), Files::Mode::Overwrite).value();
        ASSERT_TRUE(appendAll(*file, bytesOf(content)));
    }

    test::TemporaryFolder m_folder;
    Files& m_files = systemFiles();
};

TEST_F(SystemFilesTest, WhatWasAppendedOverwrittenAndCutIsRead) {
    auto file = m_files.open(path("a"), Files::Mode::CreateNew).value();
    ASSERT_TRUE(appendAll(*file, bytesOf("hello")));
    ASSERT_TRUE(appendAll(*file, bytesOf(" world")));
    ASSERT_TRUE(file->truncate(7));
    ASSERT_TRUE(appendAll(*file, bytesOf("!")));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(text("a"), "hello w!");
    make("b", "12345");
    auto again = m_files.open(path("b"), Files::Mode::Overwrite).value();
    ASSERT_TRUE(again->pwrite(bytesOf("xyz"), 0));
    ASSERT_TRUE(again->pwrite(bytesOf("Y"), 1));
    EXPECT_EQ(text("b"), "xYz");
}

TEST_F(SystemFilesTest, NewFilesArePrivateAndAnExistingOneIsNotCreated) {
    auto file = m_files.open(path("a"), Files::Mode::CreateNew);
    ASSERT_TRUE(file);
    struct stat info {};
    ASSERT_EQ(::stat(path("a").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_EQ(m_files.open(path("a"), Files::Mode::CreateNew).error().value(), EEXIST);
    EXPECT_EQ(m_files.open(path("b"), Files::Mode::Read).error().value(), ENOENT);
}

TEST_F(SystemFilesTest, RenameReplacesLinkDoesNot) {
    make("a", "new");
    make("b", "old");
    EXPECT_EQ(m_files.link(path("a"), path("b")).error().value(), EEXIST);
    ASSERT_TRUE(m_files.link(path("a"), path("c")));
    ASSERT_TRUE(m_files.rename(path("a"), path("b")));
    EXPECT_EQ(text("b"), "new");
    EXPECT_THAT(m_files.list(m_folder.path()).value(), UnorderedElementsAre("b", "c"));
    ASSERT_TRUE(m_files.remove(path("c")));
    EXPECT_THAT(m_files.list(m_folder.path()).value(), ElementsAre("b"));
}

TEST_F(SystemFilesTest, AFolderIsMadeOnceAndKnownAsOne) {
    ASSERT_TRUE(m_files.makeFolder(path("f")));
    ASSERT_TRUE(m_files.makeFolder(path("f")));
    ASSERT_TRUE(m_files.syncFolder(path("f")));
    make("a", "four");
    EXPECT_EQ(m_files.stat(path("f"))->kind, FileInfo::Kind::Folder);
    const auto info = m_files.stat(path("a")).value();
    EXPECT_EQ(info.kind, FileInfo::Kind::File);
    EXPECT_EQ(info.size, 4U);
    EXPECT_TRUE(info.ours);
    EXPECT_NEAR(static_cast<double>(m_files.nowNs() - info.mtime_ns), 0.0, 60e9);
}

TEST_F(SystemFilesTest, AFileWrittenAtomicallyLeavesNothingBeside) {
    ASSERT_TRUE(writeFileAtomically(path("a"), "one"));
    ASSERT_TRUE(writeFileAtomically(path("a"), "two"));
    EXPECT_EQ(text("a"), "two");
    EXPECT_THAT(m_files.list(m_folder.path()).value(), ElementsAre("a"));
    const auto refused = writeFileAtomically(path("missing") / "a", "x");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("cannot write"));
}

}  // namespace
}  // namespace wattline
