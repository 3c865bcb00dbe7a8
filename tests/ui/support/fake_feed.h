// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include "telemetry/core/feed.h"

namespace wattline::test {

/// A hub in memory. Answers at once unless told to hold its answers back; remembers what was asked.
/// Threads: one.
class FakeFeed : public Feed {
public:
    void publish(std::vector<RunSummary> runs);
    void disconnect(const std::string& status);

    [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const override { return m_snapshot; }
    void requestSeries(SeriesQuery query, SeriesCallback done) override;

    std::map<std::string, SeriesColumns> series;  ///< by "run/series"; others are NotFound
    bool hold_answers = false;
    std::vector<SeriesQuery> asked;
    /// Answers what was held back, in the order asked.
    void answerAll();

private:
    void answer(const SeriesQuery& query, const SeriesCallback& done);

    std::shared_ptr<const Snapshot> m_snapshot = std::make_shared<Snapshot>();
    std::vector<std::pair<SeriesQuery, SeriesCallback>> m_held;
};

/// Records commands; answers when the test says so.
/// Threads: one.
class FakeControl : public Control {
public:
    void preview(RunSpec spec, PreviewCallback done) override;
    void launch(RunSpec spec, LaunchCallback done) override;
    void command(RunId run, CommandKind kind, CommandCallback done) override;

    bool hold_previews = false;
    std::vector<RunSpec> previewed, launched;
    std::vector<PreviewCallback> preview_answers;
    std::vector<std::pair<RunId, CommandKind>> commands;
    Result<void> command_answer;
    Result<RunId> launch_answer = RunId("20260101-000000-beef");
};

}  // namespace wattline::test
