// SPDX-License-Identifier: Apache-2.0
// Hub, relay and ranks as processes; the node is another host, so that they go by tcp.
#include <gmock/gmock.h>

#include "telemetry/runs/run_history.h"
#include "telemetry/transport/relay_record.h"
#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

class HubRelay : public HubFixture {
protected:
    ChildProcess startTcpHub() {
        EXPECT_TRUE(writeFileAtomically(m_workspace.root() / "listen", "127.0.0.1\n"));
        return startHub();
    }
    ChildProcess startRelay(const RunFolder& folder) {
        ChildProcess relay({programBeside("relay_program"), folder.path.string(),
                            m_workspace.socketFolder()->string(), "another-host"});
        EXPECT_TRUE(eventually([&] {
            const auto text = readFile(relayRecordFile(folder.path));
            const auto record = text ? parseRelayRecord(*text) : Result<RelayRecord>(fail({}, ""));
            return record && record->process.pid == relay.pid();
        }));
        return relay;
    }
};

TEST_F(HubRelay, ACommandReachesRankZeroThroughTheRelay) {
    const auto hub = startTcpHub();
    const auto folder = prepareRun(1);
    const auto relay = startRelay(folder);
    auto rank = startRank(folder, 0, 1, 1'000'000, 2'000, "another-host");
    ASSERT_TRUE(eventually([&] { return statusNumber("frames") > 3; }));
    ASSERT_TRUE(command(folder.id(), "stop"));
    EXPECT_EQ(rank.join(), 7);
}

TEST_F(HubRelay, AKilledRelayCostsNothing) {
    const auto hub = startTcpHub();
    const auto folder = prepareRun(2);
    auto relay = startRelay(folder);
    auto zero = startRank(folder, 0, 2, 3'000, 2'000, "another-host");
    auto one = startRank(folder, 1, 2, 3'000, 2'000, "another-host");
    ASSERT_TRUE(eventually([&] { return statusNumber("frames") > 20; }));
    relay.kill(SIGKILL);
    relay.join();
    EXPECT_TRUE(fs::exists(relayRecordFile(folder.path))) << "it could not clean up";
    const auto before = statusNumber("frames");
    EXPECT_TRUE(eventually([&] { return statusNumber("frames") > before + 20; }))
        << "ranks go to the hub themselves";
    const auto again = startRelay(folder);
    EXPECT_EQ(zero.join(), 0);
    EXPECT_EQ(one.join(), 0);
    ASSERT_TRUE(eventually([&] {
        const auto run = summary(folder.id());
        return run && run->state == RunState::Finished && run->step == 3'000;
    }));
    const auto run = summary(folder.id());
    EXPECT_EQ(run->records_stored, run->records_expected);
    EXPECT_EQ(run->records_lost, 0);
    EXPECT_THAT(verifyRun(folder)->findings, ::testing::IsEmpty());
}

}  // namespace
}  // namespace wattline
