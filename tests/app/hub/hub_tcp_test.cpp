// SPDX-License-Identifier: Apache-2.0
// A hub that listens on tcp, as a process: whoever comes from another host, with which key.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "app/client/hub_protocol.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HubTcp : public HubFixture {
protected:
    ChildProcess startTcpHub() {
        EXPECT_TRUE(writeFileAtomically(m_workspace.root() / "listen", "127.0.0.1\n"));
        return startHub();
    }
    /// What a client on another host sees of hub.json.
    [[nodiscard]] HubLease leaseFromAfar() const {
        auto lease = readHubLease(m_workspace).value();
        lease.boot_id = "the-hubs-host";
        return lease;
    }
    /// A colleague's machine: the view key and the hub's public one.
    [[nodiscard]] HubLease leaseOfColleague() const {
        auto lease = leaseFromAfar();
        const auto folder = m_folder.path() / "colleague";
        fs::create_directory(folder);
        fs::permissions(folder, fs::perms::owner_all);
        for (const char* file : {"view.key", "hub.pub"})
            fs::copy_file(lease.keys / file, folder / file);
        lease.keys = folder;
        return lease;
    }
};

TEST_F(HubTcp, AClientElsewhereAsksAndSteersWithTheControlKey) {
    auto hub = startTcpHub();
    EXPECT_TRUE(callHub(leaseFromAfar(), "hello", "{}"));
    EXPECT_TRUE(callHub(leaseFromAfar(), "shutdown", "{}"));
    EXPECT_EQ(hub.join(), 0);
}

TEST_F(HubTcp, AViewKeyMayLookAndNotSteer) {
    const auto hub = startTcpHub();
    const auto colleague = leaseOfColleague();
    for (const char* method : {"hello", "status", "snapshot"})
        EXPECT_TRUE(callHub(colleague, method, "{}")) << method;
    for (const char* method : {"preview", "launch", "command", "shutdown"}) {
        const auto refused = callHub(colleague, method, "{}");
        ASSERT_FALSE(refused) << method;
        EXPECT_THAT(refused.error().message, HasSubstr("may look and not steer"));
    }
    EXPECT_EQ(statusNumber("refused_requests"), 4);
    EXPECT_TRUE(call("hello")) << "the hub goes on";
}

TEST_F(HubTcp, RanksElsewhereRecordOverTcp) {
    const auto hub = startTcpHub();
    const auto folder = prepareRun(2);
    auto zero = startRank(folder, 0, 2, 100, 1'000, "another-host");
    auto one = startRank(folder, 1, 2, 100, 1'000, "another-host");
    EXPECT_EQ(zero.join(), 0);
    EXPECT_EQ(one.join(), 0);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state == RunState::Finished && run->step == 100;
    }));
    EXPECT_GT(statusNumber("frames"), 0) << "not through the run folder alone";
    EXPECT_EQ(summary(folder.id())->records_lost, 0);
}

TEST_F(HubTcp, ACommandReachesRankZeroOverTcp) {
    const auto hub = startTcpHub();
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 2'000, "another-host");
    ASSERT_TRUE(eventually([&] { return statusNumber("frames") > 3; }));
    ASSERT_TRUE(command(folder.id(), "stop"));
    EXPECT_EQ(rank.join(), 7);
}

TEST_F(HubTcp, WithoutBeingToldItListensNowhere) {
    const auto hub = startHub();
    const auto lease = readHubLease(m_workspace).value();
    EXPECT_EQ(lease.ingest_tcp, "");
    EXPECT_FALSE(fs::exists(lease.keys)) << "no keys without need";
    auto afar = lease;
    afar.boot_id = "the-hubs-host";
    const auto refused = callHub(afar, "hello", "{}");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("--listen"));
}

TEST_F(HubTcp, KeysThatOthersCouldReadKeepItFromStarting) {
    { const auto first = startTcpHub(); }
    fs::permissions(m_workspace.root() / "keys" / "control.key", fs::perms::others_read,
                    fs::perm_options::add);
    ChildProcess second({programBeside("hub_program"), "hub", "serve"});
    EXPECT_EQ(second.join(), static_cast<int>(ExitCode::Environment));
}

}  // namespace
}  // namespace wattline
