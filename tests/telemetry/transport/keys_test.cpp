// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/keys.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/core/workspace.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Keys : public testing::Test {
protected:
    test::TemporaryFolder m_folder;
    KeyFolder m_keys{m_folder.path() / "keys"};
};

mode_t modeOf(const fs::path& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0U;
}

TEST_F(Keys, AreMadeOnFirstNeedForTheOwnerAlone) {
    const auto missing = m_keys.read(KeyOwner::View);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ExitCode::NotFound);
    const auto made = m_keys.ensure(KeyOwner::View);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(m_keys.ensure(KeyOwner::View)->secret_key, made->secret_key) << "once";
    EXPECT_EQ(m_keys.read(KeyOwner::View)->public_key, made->public_key);
    EXPECT_NE(m_keys.ensure(KeyOwner::Control)->public_key, made->public_key);
    EXPECT_EQ(modeOf(m_keys.path()), 0700U);
    EXPECT_EQ(modeOf(m_keys.path() / "view.key"), 0600U);
    EXPECT_EQ(m_keys.read(KeyOwner::Rank).error().code, ExitCode::NotFound);
}

TEST_F(Keys, TheHubsPublicHalfLiesInAFileOfItsOwn) {
    const auto hub = m_keys.ensure(KeyOwner::Hub).value();
    EXPECT_EQ(m_keys.hubPublicKey().value(), hub.public_key);
    EXPECT_THAT(readFile(m_keys.path() / "hub.pub").value(), Not(HasSubstr(hub.secret_key)));
    fs::remove(m_keys.path() / "hub.pub");
    EXPECT_TRUE(m_keys.ensure(KeyOwner::Hub)) << "is mended";
    EXPECT_EQ(m_keys.hubPublicKey().value(), hub.public_key);
}

TEST_F(Keys, ThatOthersCouldReadAreRefusedWithASentence) {
    ASSERT_TRUE(m_keys.ensure(KeyOwner::Rank));
    const auto file = m_keys.path() / "rank.key";
    chmod(file.c_str(), 0640);
    const auto wide_file = m_keys.read(KeyOwner::Rank);
    ASSERT_FALSE(wide_file);
    EXPECT_THAT(wide_file.error().message, HasSubstr("chmod 600 " + file.string()));
    EXPECT_FALSE(m_keys.ensure(KeyOwner::Rank)) << "and not replaced in silence";
    chmod(file.c_str(), 0600);
    chmod(m_keys.path().c_str(), 0750);
    const auto wide_folder = m_keys.read(KeyOwner::Rank);
    ASSERT_FALSE(wide_folder);
    EXPECT_THAT(wide_folder.error().message, HasSubstr("chmod 700 " + m_keys.path().string()));
}

TEST_F(Keys, OfAnotherUserAreRefused) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_TRUE(m_keys.ensure(KeyOwner::Rank));
    ASSERT_EQ(chown((m_keys.path() / "rank.key").c_str(), 12345, 12345), 0);
    EXPECT_THAT(m_keys.read(KeyOwner::Rank).error().message, HasSubstr("another user"));
    ASSERT_EQ(chown(m_keys.path().c_str(), 12345, 12345), 0);
    EXPECT_THAT(m_keys.ensure(KeyOwner::Control).error().message, HasSubstr("another user"));
}

TEST_F(Keys, ALinkToSomebodysFileIsNotFollowed) {
    ASSERT_TRUE(m_keys.ensure(KeyOwner::Rank));
    fs::rename(m_keys.path() / "rank.key", m_folder.path() / "elsewhere");
    fs::create_symlink(m_folder.path() / "elsewhere", m_keys.path() / "rank.key");
    EXPECT_FALSE(m_keys.read(KeyOwner::Rank));
}

TEST_F(Keys, AFileThatHoldsNoPairIsASentence) {
    ASSERT_TRUE(m_keys.ensure(KeyOwner::Rank));
    const auto pair = m_keys.read(KeyOwner::Rank).value();
    const auto other = m_keys.ensure(KeyOwner::View).value();
    for (const std::string& text :
         {std::string(), std::string("public x\nsecret y\n"), std::string(5000, 'x'),
          "public " + pair.public_key + "\nsecret " + other.secret_key + "\n"}) {
        ASSERT_TRUE(writeFileAtomically(m_keys.path() / "rank.key", text));
        const auto read = m_keys.read(KeyOwner::Rank);
        ASSERT_FALSE(read);
        EXPECT_THAT(read.error().message, HasSubstr("holds no key pair"));
    }
}

TEST_F(Keys, ManyProcessesThatNeedOneAtOnceGetTheSame) {
    constexpr int kProcesses = 8;
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
        const pid_t pid = fork();
        if (pid == 0) {
            const auto pair = m_keys.ensure(KeyOwner::Hub);
            const auto out = m_folder.path() / ("seen" + std::to_string(i));
            const bool ok = pair && writeFileAtomically(out, pair->secret_key);
            _exit(ok ? 0 : 1);
        }
        children.push_back(pid);
    }
    for (const pid_t child : children) {
        int status = 1;
        waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    const auto kept = m_keys.read(KeyOwner::Hub).value();
    for (int i = 0; i < kProcesses; ++i)
        EXPECT_EQ(readFile(m_folder.path() / ("seen" + std::to_string(i))).value(),
                  kept.secret_key);
}

}  // namespace
}  // namespace wattline
