// SPDX-License-Identifier: Apache-2.0
#include "app/client/hub_connection.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>

#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

using ::testing::HasSubstr;
using HubConnectionTest = HubFixture;

/// The value a callback got.
template <typename T, typename Ask> Result<T> await(const Ask& ask) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto future = promise->get_future();
    ask([promise](Result<T> value) { promise->set_value(std::move(value)); });
    if (future.wait_for(std::chrono::seconds(25)) != std::future_status::ready)
        return fail(ExitCode::Failed, "no callback came");
    return future.get();
}

TEST_F(HubConnectionTest, SaysWhatItWaitsForAndNeverStartsAHubUnasked) {
    HubConnection connection(m_workspace, HubConnection::Start::Never);
    ASSERT_NE(connection.snapshot(), nullptr);
    EXPECT_TRUE(eventually([&] {
        return connection.snapshot()->status.find("no hub runs") != std::string::npos;
    })) << connection.snapshot()->status;
    EXPECT_FALSE(connection.snapshot()->connected);
    EXPECT_FALSE(std::filesystem::exists(m_workspace.hubLease()));
}

TEST_F(HubConnectionTest, FollowsRunsAndSteersThem) {
    HubConnection connection(m_workspace, HubConnection::Start::IfMissing);
    ASSERT_TRUE(eventually([&] { return connection.snapshot()->connected; }));
    const auto folder = prepareRun(1);
    auto rank = startRank(folder, 0, 1, 1'000'000, 1'000);
    ASSERT_TRUE(eventually([&] {
        const auto now = connection.snapshot();
        return now->runs.size() == 1 && now->runs[0].state == RunState::Running &&
               now->runs[0].step > 10;
    }));
    SeriesQuery query;
    query.run = folder.id();
    query.series = "loss";
    query.columns = 16;
    Result<SeriesColumns> series = fail(ExitCode::Failed, "never asked");
    EXPECT_TRUE(eventually([&] {
        series = await<SeriesColumns>([&](auto done) { connection.requestSeries(query, done); });
        return series && series->points_total > 0;
    }));
    EXPECT_LE(series.value().x.size(), 16U);
    const auto stopped =
        await<void>([&](auto done) { connection.command(folder.id(), CommandKind::Stop, done); });
    EXPECT_TRUE(stopped) << stopped.error().message;
    EXPECT_EQ(rank.join(), 7);
    EXPECT_TRUE(
        eventually([&] { return connection.snapshot()->runs.at(0).state == RunState::Finished; }));
}

TEST_F(HubConnectionTest, FindsTheNextHubWhenOneDies) {
    HubConnection connection(m_workspace, HubConnection::Start::IfMissing);
    ASSERT_TRUE(eventually([&] { return connection.snapshot()->connected; }));
    const auto first = connection.snapshot()->hub_pid;
    ::kill(static_cast<pid_t>(first), SIGKILL);
    EXPECT_TRUE(eventually([&] {
        const auto now = connection.snapshot();
        return now->connected && now->hub_pid != first;
    }));
}

TEST_F(HubConnectionTest, CallsEveryCallbackOnceEvenWhenTheHubDies) {
    std::atomic<int> asked{0};
    std::atomic<int> called{0};
    {
        HubConnection connection(m_workspace, HubConnection::Start::IfMissing);
        ASSERT_TRUE(eventually([&] { return connection.snapshot()->connected; }));
        const auto ask = [&] {
            ++asked;
            connection.requestSeries({"20990101-000000-ffff", "loss"},
                                     [&](const Result<SeriesColumns>&) { ++called; });
        };
        for (int i = 0; i < 100; ++i)
            ask();
        ::kill(static_cast<pid_t>(connection.snapshot()->hub_pid), SIGKILL);
        for (int i = 0; i < 100; ++i)
            ask();
    }
    EXPECT_EQ(called, asked);
}

TEST_F(HubConnectionTest, HandsTheHubsRefusalsOn) {
    HubConnection connection(m_workspace, HubConnection::Start::IfMissing);
    RunSpec spec;
    spec.ranks = 3;
    spec.gbs = 64;
    const auto preview = await<LaunchPreview>([&](auto done) { connection.preview(spec, done); });
    ASSERT_FALSE(preview);
    EXPECT_THAT(preview.error().message, HasSubstr("does not divide over 3 ranks"));
    EXPECT_EQ(preview.error().code, ExitCode::Usage);
}

}  // namespace
}  // namespace wattline
