// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/example_runs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace wattline::test {
namespace {

constexpr int kPoints = 320;

/// One series over `hours`: value(progress from 0 to 1) and noise around it.
template <typename Value>
SeriesColumns noisy(double hours, double noise, std::uint32_t seed, Value value) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0, noise);
    SeriesColumns columns;
    for (int i = 1; i <= kPoints; ++i) {
        const double at = static_cast<double>(i) / kPoints;
        const double mean = std::max(0.02 * value(1.0), value(at) + normal(random));
        const double spread = std::abs(normal(random)) + std::abs(normal(random));
        columns.x.push_back(hours * at);
        columns.mean.push_back(mean);
        columns.min.push_back(std::max(0.0, mean - spread));
        columns.max.push_back(mean + spread);
    }
    columns.x_first = columns.x.front();
    columns.x_last = columns.x.back();
    columns.points = columns.points_total = 40 * kPoints;
    return columns;
}

SeriesColumns perEpoch(double hours, int epochs, double start, double end) {
    SeriesColumns columns;
    for (int i = 1; i <= epochs; ++i) {
        const double at = static_cast<double>(i) / epochs;
        columns.x.push_back(hours * at);
        columns.mean.push_back(end + (start - end) * std::exp(-4.0 * at));
    }
    columns.min = columns.max = columns.mean;
    columns.points = columns.points_total = epochs;
    return columns;
}

void addPhases(FakeFeed& feed, const RunSummary& run, std::uint32_t seed) {
    const std::pair<const char*, double> phases[] = {{"data_wait", 0.004},
                                                     {"forward", 0.046},
                                                     {"backward", 0.088},
                                                     {"communication", 0.007},
                                                     {"optimizer", 0.012}};
    for (const auto& [name, seconds] : phases)
        feed.series[run.spec.id + "/" + name] =
            noisy(run.gpu_hours, 0.04 * seconds, seed++, [s = seconds](double) { return s; });
    feed.series[run.spec.id + "/step_time"] =
        noisy(run.gpu_hours, 0.004, seed, [](double) { return 0.157; });
}

RunSummary shaped(const RunId& id, RunState state, int ranks, int lbs, double hours, double watts) {
    auto run = exampleRun(id, state);
    run.spec.ranks = ranks;
    run.spec.lbs = lbs;
    run.spec.gbs = ranks * lbs;
    run.gpu_hours = hours;
    run.wall_s = hours * 3600.0 / ranks;
    run.energy_j = hours * 3600.0 * watts;
    run.energy_u_j = 0.02 * *run.energy_j;
    run.mean_power_w = watts * ranks;
    run.power_w = watts * ranks * 1.01;
    run.slope_w = watts;
    run.slope_u_w = 0.01 * watts;
    run.energy.front().j = *run.energy_j;
    return run;
}

}  // namespace

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
    entry.device.scope = "package";
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

std::vector<RunSummary> exampleRuns() {
    std::vector<RunSummary> runs{
        shaped("20260105-101500-a001", RunState::Running, 4, 64, 0.46, 66.0),
        shaped("20260105-094000-a002", RunState::Held, 2, 64, 0.33, 72.0),
        shaped("20260105-090000-a003", RunState::Finished, 2, 32, 0.25, 81.0),
        shaped("20260104-180000-a004", RunState::Failed, 1, 64, 0.16, 55.0)};
    runs[0].step = 4812;
    runs[0].steps_planned = 6400;
    runs[0].records_expected = runs[0].records_stored = 1204332;
    runs[1].held_s = 724.0;
    runs[1].energy.front().held_j = 9100.0;
    runs[1].events = {{600.0, 1200, "held", "held by ada"}, {1324.0, 1200, "resumed", "resumed"}};
    auto& estimated = runs[3];
    estimated.state_reason = "rank 0 ended with signal 9; see log/rank-0.err in the run's folder";
    estimated.energy_method = EnergyMethod::Estimated;
    estimated.energy_low_j = 0.3 * *estimated.energy_j;
    estimated.energy_high_j = 3.0 * *estimated.energy_j;
    estimated.energy_u_j = 2.0 * *estimated.energy_j;
    estimated.slope_u_w.reset();
    estimated.final_top1_error.reset();
    estimated.energy.front().device.method = EnergyMethod::Estimated;
    estimated.energy.front().device.sensor = "utilisation x rated power";
    return runs;
}

void addExampleSeries(FakeFeed& feed, const std::vector<RunSummary>& runs) {
    std::uint32_t seed = 1;
    for (const auto& run : runs) {
        const auto& id = run.spec.id;
        const double hours = run.gpu_hours;
        const double joules = run.energy_j.value_or(0.0);
        feed.series[id + "/energy"] =
            noisy(hours, 0.001 * joules, seed++, [&](double at) { return joules * at; });
        feed.series[id + "/loss"] =
            noisy(hours, 0.06, seed++, [](double at) { return 0.12 + 2.2 * std::exp(-5.0 * at); });
        feed.series[id + "/val_loss"] = perEpoch(hours, 8, 1.9, 0.15);
        feed.series[id + "/val_top1_error"] = perEpoch(hours, 8, 0.5, 0.03);
        auto throughput = noisy(hours, 4.0, seed++, [&](double) { return 170.0 * run.spec.ranks; });
        for (std::size_t i = 80; i < throughput.x.size(); i += 80)
            throughput.min[i] *= 0.4;
        feed.series[id + "/throughput"] = throughput;
        const double watts = run.mean_power_w.value_or(0.0);
        feed.series[id + "/power"] =
            noisy(hours, 0.03 * watts, seed++, [&](double) { return watts; });
        addPhases(feed, run, seed);
        seed += 8;
    }
}

}  // namespace wattline::test
