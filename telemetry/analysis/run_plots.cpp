// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/run_plots.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "telemetry/analysis/energy_line.h"
#include "telemetry/analysis/energy_words.h"
#include "telemetry/analysis/hold_marks.h"

namespace wattline {
namespace {

bool showsEnergy(const PlotKind& kind) {
    return kind.series == "energy" || kind.series == "power";
}

bool showsPoints(const PlotKind& kind) {
    return kind.series == "energy" || kind.series.starts_with("val_");
}

/// A gap is a column of NaN, which breaks the line; it stays as it is.
void copyColumns(const SeriesColumns& columns, double scale, PlotSeries& out) {
    bool extremes = false;
    for (std::size_t i = 0; i < columns.x.size(); ++i)
        extremes = extremes || columns.min[i] < columns.max[i];
    const auto scaled = [scale](const std::vector<double>& values) {
        std::vector<double> result(values);
        for (double& v : result)
            v *= scale;
        return result;
    };
    out.x = columns.x;
    out.y = scaled(columns.mean);
    if (!extremes) return;
    out.y_min = scaled(columns.min);
    out.y_max = scaled(columns.max);
}

double largest(const std::vector<RunColumns>& runs) {
    double max = 0.0;
    for (const auto& run : runs)
        for (const double v : run.columns.max)
            if (std::isfinite(v)) max = std::max(max, v);
    return max;
}

/// gpu or cpu; empty when the runs count different things.
std::string deviceKind(const std::vector<RunColumns>& runs) {
    std::set<std::string> kinds;
    for (const auto& run : runs)
        kinds.insert(run.summary.device_kind);
    if (kinds.empty()) return "gpu";
    return kinds.size() == 1 ? *kinds.begin() : "";
}

std::string slopeUnit(const std::string& device_kind) {
    if (device_kind.empty()) return "GPU or rank";
    return device_kind == "cpu" ? "rank" : "GPU";
}

/// The axis in a title: "over steps".
std::string axisWords(Axis axis, const std::string& label) {
    switch (axis) {
    case Axis::Step:
        return "steps";
    case Axis::Epoch:
        return "epochs";
    case Axis::Time:
        return "time";
    case Axis::Kwh:
        return "energy";
    default:
        return label;
    }
}

}  // namespace

const std::vector<PlotKind>& plotKinds() {
    static const std::vector<PlotKind> kinds{
        {"energy", "Energy", "J", 1.0},
        {"power", "Power", "W", 1.0},
        {"loss", "Training loss", "", 1.0},
        {"throughput", "Throughput", "samples/s", 1.0},
        {"learning_rate", "Learning rate", "", 1.0},
        {"step_time", "Step time", "ms", 1e3},
        {"data_wait", "Data wait", "ms", 1e3},
        {"forward", "Forward", "ms", 1e3},
        {"backward", "Backward", "ms", 1e3},
        {"communication", "Exposed communication", "ms", 1e3},
        {"optimizer", "Optimizer", "ms", 1e3},
        {"val_loss", "Validation loss", "", 1.0},
        {"val_top1_error", "Validation top-1 error", "%", 100.0},
        {"val_top5_error", "Validation top-5 error", "%", 100.0},
    };
    return kinds;
}

const PlotKind* findPlotKind(const std::string& series) {
    const std::string name = series.starts_with("power/") ? "power" : series;
    const auto it = std::ranges::find(plotKinds(), name, &PlotKind::series);
    return it == plotKinds().end() ? nullptr : &*it;
}

std::string axisLabel(Axis axis, const std::string& device_kind) {
    switch (axis) {
    case Axis::Step:
        return "step";
    case Axis::Samples:
        return "samples";
    case Axis::Epoch:
        return "epoch";
    case Axis::Time:
        return "time (s)";
    case Axis::GpuHours:
        if (device_kind.empty()) return "GPU hours or rank hours";
        return device_kind == "cpu" ? "rank hours" : "GPU hours";
    case Axis::Kwh:
        return "energy (kWh)";
    }
    return {};
}

PlotDescription describePlot(const PlotKind& kind, Axis axis, const std::vector<RunColumns>& runs) {
    PlotDescription plot;
    const std::string device = deviceKind(runs);
    const bool energy_line = kind.series == "energy" && axis == Axis::GpuHours;
    double scale = kind.scale;
    plot.y_label = kind.y_label;
    if (kind.series == "energy") {
        const EnergyUnit unit = energyUnit(largest(runs));
        scale = unit.per_joule;
        plot.y_label = unit.name;
    }
    plot.x_label = axisLabel(axis, device);
    plot.title = kind.title + " over " + axisWords(axis, plot.x_label);
    plot.subtitle = plot.y_label;
    if (energy_line) plot.subtitle += " · slope is watts per " + slopeUnit(device);
    plot.y_from_zero = kind.series != "learning_rate";

    for (const auto& run : runs) {
        PlotSeries series;
        series.label = displayName(run.summary.spec);
        series.colour = static_cast<int>(plot.series.size());
        series.points = showsPoints(kind);
        series.simulated = run.summary.spec.simulated;
        series.estimated =
            series.simulated || (showsEnergy(kind) && isModelled(run.summary.energy_method));
        if (showsEnergy(kind) && run.summary.energy_j)
            series.basis = methodWords(run.summary) + "; " + scopeWords(run.summary);
        copyColumns(run.columns, scale, series);
        if (energy_line) addEnergyLine(run, scale, series);
        plot.series.push_back(std::move(series));
        addHoldMarks(run.summary, axis, runs.size() > 1, plot.marks);
    }
    if (showsEnergy(kind)) plot.footnote = energyFootnote(runs);
    return plot;
}

}  // namespace wattline
