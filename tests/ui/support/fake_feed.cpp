// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/fake_feed.h"

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

RunSummary exampleRun(const RunId& id, RunState state) {
    RunSummary run;
    run.spec.id = id;
    run.spec.ranks = 2;
    run.spec.lbs = 32;
    run.spec.gbs = 64;
    run.spec.epochs = 8;
    run.state = state;
    run.attempts = 1;
    run.step = 100;
    run.steps_planned = 176;
    run.epoch = 5;
    run.samples = 6400;
    run.wall_s = 90.0;
    run.gpu_hours = 0.05;
    run.energy_method = EnergyMethod::Counter;
    run.energy_j = 7200.0;
    run.energy_u_j = 72.0;
    run.mean_power_w = 80.0;
    run.power_w = 82.0;
    run.samples_per_gpu_hour = 128000.0;
    run.updates_per_gpu_hour = 2000.0;
    run.throughput_samples_per_s = 71.1;
    run.final_loss = 0.25;
    run.final_top1_error = 0.03;
    run.monitor_share = 0.0003;
    run.records_expected = 1200;
    run.records_stored = 1200;
    EnergyEntry entry;
    entry.device.id = "host:b/package-0";
    entry.device.sensor = "RAPL";
    entry.device.method = EnergyMethod::Counter;
    entry.j = 7200.0;
    entry.u_j = 72.0;
    run.energy.push_back(entry);
    return run;
}

SeriesColumns lineColumns(double x_step, double slope, int points) {
    SeriesColumns columns;
    for (int i = 1; i <= points; ++i) {
        columns.x.push_back(x_step * i);
        columns.mean.push_back(slope * x_step * i);
    }
    columns.min = columns.max = columns.mean;
    columns.x_first = columns.x.front();
    columns.x_last = columns.x.back();
    columns.points = columns.points_total = points;
    return columns;
}

}  // namespace wattline::test
