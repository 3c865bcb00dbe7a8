// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/fake_feed.h"

#include <utility>

namespace wattline::test {

void FakeFeed::publish(std::vector<RunSummary> runs) {
    auto next = std::make_shared<Snapshot>();
    next->revision = m_snapshot->revision + 1;
    next->connected = true;
    next->workspace = "/home/ada/wattline";
    next->host = "login02";
    next->runs = std::move(runs);
    m_snapshot = std::move(next);
}

void FakeFeed::disconnect(const std::string& status) {
    auto next = std::make_shared<Snapshot>(*m_snapshot);
    next->revision = m_snapshot->revision + 1;
    next->connected = false;
    next->status = status;
    m_snapshot = std::move(next);
}

void FakeFeed::requestSeries(SeriesQuery query, SeriesCallback done) {
    asked.push_back(query);
    if (hold_answers)
        m_held.emplace_back(std::move(query), std::move(done));
    else
        answer(query, done);
}

void FakeFeed::answerAll() {
    const auto held = std::exchange(m_held, {});
    for (const auto& [query, done] : held)
        answer(query, done);
}

void FakeFeed::answer(const SeriesQuery& query, const SeriesCallback& done) {
    const auto it = series.find(query.run + "/" + query.series);
    if (it == series.end())
        done(fail(ExitCode::NotFound, "run " + query.run + " has no series " + query.series));
    else
        done(it->second);
}

void FakeControl::preview(RunSpec spec, PreviewCallback done) {
    previewed.push_back(spec);
    if (hold_previews) {
        preview_answers.push_back(std::move(done));
        return;
    }
    auto full = completed(std::move(spec));
    if (!full) {
        done(tl::unexpected(full.error()));
        return;
    }
    LaunchPreview preview;
    preview.spec = *full;
    preview.learning_rate = 0.1 * full->gbs / 256.0;
    preview.steps_per_epoch = 1437 / full->gbs;
    preview.script = "#!/bin/bash\nmpirun -np " + std::to_string(full->ranks) + " wattline-train\n";
    done(preview);
}

void FakeControl::launch(RunSpec spec, LaunchCallback done) {
    launched.push_back(std::move(spec));
    done(launch_answer);
}

void FakeControl::command(RunId run, CommandKind kind, CommandCallback done) {
    commands.emplace_back(std::move(run), kind);
    done(command_answer);
}

}  // namespace wattline::test
