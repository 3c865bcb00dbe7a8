// SPDX-License-Identifier: Apache-2.0
#include "tests/telemetry/export/sample_runs.h"

#include <limits>

namespace wattline::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Step s of a run with 64 samples and 0.1 s a step on two devices.
std::array<double, kAxisCount> axesAt(double step) {
    return {step, 64 * step, step / 2, 0.1 * step, 0.2 * step / 3600, step * 1e-5};
}

SeriesRows rows(const std::string& series, const std::vector<double>& steps,
                std::vector<double> values) {
    SeriesRows out{series, {}, std::move(values)};
    for (const double step : steps)
        out.axes.push_back(axesAt(step));
    return out;
}

RunSummary summary(const RunId& id, const std::string& name) {
    RunSummary run;
    run.spec.id = id;
    run.spec.name = name;
    run.spec.ranks = 2;
    run.spec.lbs = 32;
    run.spec.gbs = 64;
    run.spec.recipe = "digits";
    run.state = RunState::Finished;
    run.step = 3;
    run.samples = 192;
    run.wall_s = 0.3;
    run.records_expected = run.records_stored = 12;
    return run;
}

}  // namespace

RunExport measuredRun() {
    RunExport run;
    run.summary = summary("20261121-104512-7f3a", "two \"big\" ones, really");
    run.summary.device_kind = "gpu";
    run.summary.gpu_hours = 0.6 / 3600;
    run.summary.energy_method = EnergyMethod::Counter;
    run.summary.energy_j = 108.0;
    run.summary.energy_u_j = 1.5;
    run.summary.train_loss = 0.1;
    run.summary.val_loss = run.summary.final_loss = 0.9;
    run.specification_json = R"({"id": "20261121-104512-7f3a", "lbs": 32})";
    run.series = {rows("val_loss", {2}, {0.9}), rows("loss", {1, 2, 3}, {2.3, kNaN, 0.1}),
                  rows("step_time", {1, 2, 3}, {0.1, 0.1, 0.1}),
                  rows("power", {0.5, 1.5}, {350.0, 1.0 / 3.0})};
    return run;
}

RunExport estimatedRun() {
    RunExport run;
    run.summary = summary("20261121-110000-9c01", "=HYPERLINK(\"http://x\")");
    run.summary.gpu_hours = 0.6 / 3600;
    run.summary.energy_method = EnergyMethod::Estimated;
    run.summary.energy_j = 12.0;
    run.summary.energy_low_j = 3.6;
    run.summary.energy_high_j = 36.0;
    run.specification_json = R"({"id": "20261121-110000-9c01", "lbs": 32})";
    run.series = {rows("loss", {1}, {2.3}), rows("throughput", {1}, {640.0})};
    return run;
}

PlotDescription samplePlot() {
    PlotDescription plot;
    plot.title = "Energy";
    plot.x_label = "Rank hours (h)";
    plot.y_label = "Energy (Wh)";
    PlotSeries series;
    series.label = "2 x 32";
    series.estimated = true;
    series.basis = "estimated; host";
    series.x = {0.0, 0.5};
    series.y = {0.0, kNaN};
    series.y_min = {-0.25, 1.0};
    series.y_max = {0.25, 2.0};
    series.fit_x = {0.0, 1.0};
    series.fit_y = {0.0, 2.5};
    series.band_x = {0.5};
    series.band_low = {1.0};
    series.band_high = {1.5};
    plot.series = {series};
    return plot;
}

Comparison sampleComparison() {
    Comparison comparison;
    comparison.runs = {measuredRun().summary, estimatedRun().summary};
    ComparisonRow energy;
    energy.key = "energy_j";
    energy.label = "Energy";
    energy.unit = "Wh";
    energy.scale = 1.0 / 3600;
    energy.figures = {{3600.0, 36.0}, {4500.0, 72.0}};
    energy.difference_percent = {std::nullopt, 25.0};
    energy.verdict = {"", "higher"};
    ComparisonRow error;
    error.key = "final_top1_error";
    error.label = "Top-1 error";
    error.unit = "%";
    error.scale = 100.0;
    error.figures = {{0.05, std::nullopt}, {std::nullopt, std::nullopt}};
    error.difference_percent = {std::nullopt, std::nullopt};
    error.verdict = {"", ""};
    comparison.rows = {energy, error};
    comparison.notes = {"The runs' energies come from different methods."};
    return comparison;
}

}  // namespace wattline::test
