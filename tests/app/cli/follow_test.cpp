// SPDX-License-Identifier: Apache-2.0
#include "app/cli/follow.h"

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace wattline::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr FollowTimes kFast{1ms, 1ms, 0ms, 50ms};
const RunId kRun = "20261121-104512-7f3a";

/// Hands out one prepared snapshot per call, the last one for ever.
class ScriptedFeed final : public Feed {
public:
    explicit ScriptedFeed(std::vector<Snapshot> snapshots) : m_snapshots(std::move(snapshots)) {}
    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const override {
        const auto at = std::min(m_next++, m_snapshots.size() - 1);
        if (at == m_interrupt_at) std::raise(SIGINT);
        return std::make_shared<const Snapshot>(m_snapshots[at]);
    }
    void requestSeries(SeriesQuery, SeriesCallback) override {}
    void interruptAt(std::size_t call) { m_interrupt_at = call; }

private:
    std::vector<Snapshot> m_snapshots;
    mutable std::size_t m_next = 0;
    std::size_t m_interrupt_at = SIZE_MAX;
};

Snapshot connected(RunState state, std::int64_t step) {
    Snapshot snapshot;
    snapshot.connected = true;
    RunSummary run;
    run.spec.id = kRun;
    run.state = state;
    run.step = step;
    snapshot.runs = {run};
    return snapshot;
}

Snapshot unconnected(const std::string& status) {
    Snapshot snapshot;
    snapshot.status = status;
    return snapshot;
}

/// A console on an unnamed file, whose text can be read back.
struct Recorder {
    std::FILE* file = std::tmpfile();
    Console console{fileno(file)};
    ~Recorder() { std::fclose(file); }
    [[nodiscard]] std::string text() const {
        std::string out;
        std::rewind(file);
        for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
            out += static_cast<char>(c);
        return out;
    }
};

TEST(Follow, ShowsEachStepOnceAndEndsWithTheRun) {
    Recorder out;
    ScriptedFeed feed({connected(RunState::Running, 1), connected(RunState::Running, 1),
                       connected(RunState::Finished, 2)});
    const auto followed = follow(out.console, feed, InterruptWatch(), {kRun}, {}, kFast);
    ASSERT_TRUE(followed);
    EXPECT_FALSE(followed->interrupted);
    EXPECT_EQ(followed->runs.at(0).state, RunState::Finished);
    const auto text = out.text();
    EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
    EXPECT_THAT(text, HasSubstr("finished  step 2"));
}

TEST(Follow, WritesANewStateAtOnceAndOtherStepsOnlyNowAndThen) {
    Recorder out;
    ScriptedFeed feed({connected(RunState::Running, 1), connected(RunState::Running, 2),
                       connected(RunState::Held, 3), connected(RunState::Held, 4),
                       connected(RunState::Finished, 5)});
    FollowTimes rarely = kFast;
    rarely.line = 1h;
    ASSERT_TRUE(follow(out.console, feed, InterruptWatch(), {kRun}, {}, rarely));
    const auto text = out.text();
    for (const char* line : {"running  step 1", "held  step 3", "finished  step 5"})
        EXPECT_THAT(text, HasSubstr(line));
    EXPECT_EQ(std::ranges::count(text, '\n'), 3) << text;
}

TEST(Follow, TheVerdictNamesEachRunThatFailedAndWhy) {
    auto failed = connected(RunState::Failed, 1).runs.front();
    failed.state_reason = "rank 1 was killed";
    const auto fine = connected(RunState::Finished, 1).runs.front();
    EXPECT_TRUE(endingVerdict({fine, connected(RunState::Running, 1).runs.front()}));
    const auto verdict = endingVerdict({fine, failed});
    ASSERT_FALSE(verdict);
    EXPECT_EQ(verdict.error().code, ExitCode::Failed);
    EXPECT_THAT(verdict.error().message, HasSubstr("rank 1 was killed"));
}

TEST(Follow, ControlCEndsTheFollowingAndNotTheRun) {
    Recorder out;
    ScriptedFeed feed({connected(RunState::Running, 1)});
    feed.interruptAt(0);
    const auto followed = follow(out.console, feed, InterruptWatch(), {kRun}, {}, kFast);
    ASSERT_TRUE(followed);
    EXPECT_TRUE(followed->interrupted);
    EXPECT_EQ(followed->runs.at(0).state, RunState::Running);
}

TEST(Follow, GivesUpOnAHubThatNeverAnswersAndSaysWhatItWaitedFor) {
    Recorder out;
    ScriptedFeed feed({unconnected("the hub is starting")});
    const auto followed = follow(out.console, feed, InterruptWatch(), {kRun}, {}, kFast);
    ASSERT_FALSE(followed);
    EXPECT_EQ(followed.error().code, ExitCode::Unreachable);
    EXPECT_THAT(followed.error().message, HasSubstr("the hub is starting"));
    EXPECT_THAT(out.text(), HasSubstr("Waiting: the hub is starting\n"));
}

TEST(Follow, GivesUpOnARunThatTheHubDoesNotKnow) {
    Recorder out;
    ScriptedFeed feed({connected(RunState::Running, 1)});
    const auto followed =
        follow(out.console, feed, InterruptWatch(), {"20261121-000000-0000"}, {}, kFast);
    ASSERT_FALSE(followed);
    EXPECT_EQ(followed.error().code, ExitCode::Unreachable);
}

TEST(Follow, AHubThatComesBackInTimeIsForgiven) {
    Recorder out;
    ScriptedFeed feed({connected(RunState::Running, 1), unconnected("lost the hub"),
                       connected(RunState::Finished, 2)});
    const auto followed = follow(out.console, feed, InterruptWatch(), {kRun}, {}, kFast);
    ASSERT_TRUE(followed);
    EXPECT_EQ(followed->runs.at(0).state, RunState::Finished);
}

TEST(Follow, ASilentViewWritesNothing) {
    Recorder out;
    ScriptedFeed feed({connected(RunState::Running, 1), connected(RunState::Failed, 1)});
    ASSERT_TRUE(follow(out.console, feed, InterruptWatch(), {kRun}, {true, false}, kFast));
    EXPECT_EQ(out.text(), "");
}

}  // namespace
}  // namespace wattline::cli
