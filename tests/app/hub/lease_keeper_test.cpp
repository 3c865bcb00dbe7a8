// SPDX-License-Identifier: Apache-2.0
#include "app/hub/lease_keeper.h"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

using ::testing::HasSubstr;

class LeaseTest : public ::testing::Test {
protected:
    /// hub.json of some other process.
    void writeLease(const HubLease& lease) {
        ASSERT_TRUE(writeFileAtomically(m_workspace.hubLease(), toJson(lease)));
    }
    [[nodiscard]] static HubLease leaseOf(const ProcessIdentity& process) {
        HubLease lease;
        lease.host = hostName();
        lease.boot_id = process.boot_id;
        lease.pid = process.pid;
        lease.start_ticks = process.start_ticks;
        lease.term = 41;
        return lease;
    }
    void setAge(std::time_t seconds) const {
        const timespec then{std::time(nullptr) - seconds, 0};
        const timespec times[2]{then, then};
        ASSERT_EQ(utimensat(AT_FDCWD, m_workspace.hubLease().c_str(), times, 0), 0);
    }

    test::TemporaryFolder m_folder;
    Workspace m_workspace = Workspace::open(m_folder.path() / "home").value();
};

TEST_F(LeaseTest, IsTakenPublishedRenewedAndGivenBack) {
    {
        auto keeper = LeaseKeeper::acquire(m_workspace);
        ASSERT_TRUE(keeper) << keeper.error().message;
        EXPECT_TRUE(readHubLease(m_workspace)->client.empty()) << "not listening yet";
        ASSERT_TRUE((*keeper)->publish({"ipc://in", "ipc://out", "", "", ""}));
        EXPECT_TRUE((*keeper)->renew());
        const auto lease = readHubLease(m_workspace);
        ASSERT_TRUE(lease);
        EXPECT_TRUE(isAlive(*lease));
        EXPECT_EQ(lease->pid, getpid());
        EXPECT_EQ(lease->ingest, "ipc://in");
        EXPECT_EQ(lease->term, 1U);
    }
    EXPECT_FALSE(std::filesystem::exists(m_workspace.hubLease()));
}

TEST_F(LeaseTest, IsRefusedWhileItsOwnerLives) {
    const auto keeper = LeaseKeeper::acquire(m_workspace);
    ASSERT_TRUE(keeper);
    const auto second = LeaseKeeper::acquire(m_workspace);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ExitCode::Unreachable);
    EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(getpid())));
}

TEST_F(LeaseTest, IsTakenOverFromADeadProcess) {
    const pid_t child = fork();
    if (child == 0) pause();
    const auto identity = identify(child);
    ASSERT_TRUE(identity);
    writeLease(leaseOf(*identity));
    EXPECT_FALSE(LeaseKeeper::acquire(m_workspace)) << "it still lives";
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto keeper = LeaseKeeper::acquire(m_workspace);
    ASSERT_TRUE(keeper) << keeper.error().message;
    EXPECT_EQ((*keeper)->lease().term, 42U);
}

TEST_F(LeaseTest, IsTakenOverWhenThePidIsSomebodyElsesByNow) {
    auto self = identifySelf();
    ++self.start_ticks;
    writeLease(leaseOf(self));
    EXPECT_TRUE(LeaseKeeper::acquire(m_workspace));
}

TEST_F(LeaseTest, IsTakenOverAfterAReboot) {
    auto lease = leaseOf(identifySelf());
    lease.boot_id = "an earlier boot";
    writeLease(lease);
    EXPECT_TRUE(LeaseKeeper::acquire(m_workspace));
}

TEST_F(LeaseTest, OfAnotherHostIsRespectedUntilItIsNoLongerRenewed) {
    auto lease = leaseOf(identifySelf());
    lease.boot_id = "another kernel";
    lease.host = "another-host";
    writeLease(lease);
    const auto refused = LeaseKeeper::acquire(m_workspace);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("another-host"));
    setAge(600);
    EXPECT_TRUE(LeaseKeeper::acquire(m_workspace));
}

TEST_F(LeaseTest, ThatIsUnreadableIsReplaced) {
    ASSERT_TRUE(writeFileAtomically(m_workspace.hubLease(), "{\"host\": 7"));
    EXPECT_TRUE(LeaseKeeper::acquire(m_workspace));
}

TEST_F(LeaseTest, ThatWasLostIsNeitherRenewedNorRemoved) {
    auto keeper = LeaseKeeper::acquire(m_workspace);
    ASSERT_TRUE(keeper);
    auto other = leaseOf(identifySelf());
    writeLease(other);
    EXPECT_FALSE((*keeper)->renew());
    EXPECT_FALSE((*keeper)->publish({"a", "b", "", "", ""}));
    keeper->reset();
    EXPECT_EQ(readHubLease(m_workspace)->term, 41U);
}

TEST_F(LeaseTest, GoesToExactlyOneOfManyThatStartAtOnce) {
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            auto keeper = LeaseKeeper::acquire(m_workspace);
            if (keeper) (void)keeper->release();  // dies as its owner, without giving it back
            if (keeper) sleep(2);
            _exit(keeper ? 0 : static_cast<int>(keeper.error().code));
        }
        children.push_back(child);
    }
    int owners = 0;
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFEXITED(status));
        if (WEXITSTATUS(status) == 0)
            ++owners;
        else
            EXPECT_EQ(WEXITSTATUS(status), 5);
    }
    EXPECT_EQ(owners, 1);
}

}  // namespace
}  // namespace wattline
