// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/control_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "telemetry/core/workspace.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ControlFolderTest : public testing::Test {
protected:
    void put(const std::string& file, const std::string& text) {
        fs::create_directory(m_folder);
        ASSERT_TRUE(writeFileAtomically(m_folder / file, text));
    }
    void putCommand(const std::string& id, CommandKind kind) {
        put(id + ".json", wire::toJson(wire::Command{id, kind}));
    }

    test::TemporaryFolder m_temporary;
    fs::path m_folder = m_temporary.path() / "control";
    ControlFolder m_control{m_folder, 0};
};

TEST_F(ControlFolderTest, AMissingFolderHoldsNoCommands) {
    EXPECT_TRUE(m_control.poll(systemClock()).commands.empty());
}

TEST_F(ControlFolderTest, EachFileIsReadOnceAndTheOldestFirst) {
    putCommand("z-first", CommandKind::Hold);
    putCommand("a-second", CommandKind::Resume);
    fs::last_write_time(m_folder / "z-first.json",
                        fs::file_time_type::clock::now() - std::chrono::seconds(5));
    const auto found = m_control.poll(systemClock());
    ASSERT_EQ(found.commands.size(), 2U);
    EXPECT_EQ(found.commands[0].id, "z-first");
    EXPECT_EQ(found.commands[1].id, "a-second");
    EXPECT_TRUE(m_control.poll(systemClock()).commands.empty());
    putCommand("third", CommandKind::Stop);  // within the same tick of the folder's time stamp
    ASSERT_EQ(m_control.poll(systemClock()).commands.size(), 1U);
}

TEST_F(ControlFolderTest, RefusesACommandThatSomebodyElseWrote) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    putCommand("theirs", CommandKind::Stop);
    constexpr uid_t kSomebody = 12345;
    ASSERT_EQ(chown((m_folder / "theirs.json").c_str(), kSomebody, kSomebody), 0);
    const auto found = m_control.poll(systemClock());
    EXPECT_TRUE(found.commands.empty());
    ASSERT_EQ(found.refused.size(), 1U);
    EXPECT_THAT(found.refused[0].reason, HasSubstr("another user"));
}

TEST_F(ControlFolderTest, AFolderThatWasQuietForLongStillShowsANewFile) {
    putCommand("one", CommandKind::Hold);
    fs::last_write_time(m_folder, fs::file_time_type::clock::now() - std::chrono::hours(1));
    EXPECT_EQ(m_control.poll(systemClock()).commands.size(), 1U);
    EXPECT_EQ(m_control.poll(systemClock()).commands.size(), 0U);
    putCommand("two", CommandKind::Resume);
    EXPECT_EQ(m_control.poll(systemClock()).commands.size(), 1U);
}

TEST_F(ControlFolderTest, AFileWithoutACommandIsToldOnce) {
    put("bad.json", "{\"id\": \"x\"");
    put("huge.json", std::string(100'000, ' '));
    put(".hidden.json", "{}");
    put("notes.txt", "hello");
    const auto found = m_control.poll(systemClock());
    ASSERT_EQ(found.refused.size(), 2U);
    EXPECT_EQ(found.refused[0].file, "bad.json");
    EXPECT_THAT(found.refused[0].reason, HasSubstr("JSON"));
    EXPECT_TRUE(m_control.poll(systemClock()).refused.empty());
}

TEST_F(ControlFolderTest, CommandsForAnEarlierAttemptAreLeftOut) {
    putCommand("old", CommandKind::Stop);
    fs::last_write_time(m_folder / "old.json",
                        fs::file_time_type::clock::now() - std::chrono::minutes(5));
    ControlFolder later(m_folder, systemClock().realtimeNs() - 60'000'000'000);
    EXPECT_TRUE(later.poll(systemClock()).commands.empty());
    putCommand("new", CommandKind::Hold);
    ASSERT_EQ(later.poll(systemClock()).commands.size(), 1U);
}

}  // namespace
}  // namespace wattline
