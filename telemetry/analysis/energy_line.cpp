// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/energy_line.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

#include "telemetry/analysis/fit.h"
#include "telemetry/analysis/ledger.h"

namespace wattline {
namespace {

constexpr int kBandPoints = 33;

EnergyRange rangeOf(const RunSummary& summary) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    return {summary.energy_j.value_or(kNaN), summary.energy_low_j.value_or(kNaN),
            summary.energy_high_j.value_or(kNaN)};
}

/// Relative distance of the interval's ends from the figure; 0 where they are not known.
struct RelativeInterval {
    double below = 0.0, above = 0.0;
};

RelativeInterval relative(const EnergyRange& range) {
    if (!(range.j > 0.0) || !std::isfinite(range.low_j) || !std::isfinite(range.high_j)) return {};
    return {1.0 - range.low_j / range.j, range.high_j / range.j - 1.0};
}

std::string trimmedNumber(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

std::string methodSentence(const PowerDevice& device) {
    std::string text = std::string(name(device.method)) + ": " + device.sensor;
    if (device.method == EnergyMethod::Estimated)
        text += ", true value within ×" + trimmedNumber(device.gain_low) + " to ×" +
                trimmedNumber(device.gain_high);
    return text;
}

}  // namespace

void addEnergyLine(const RunColumns& run, double scale, PlotSeries& series) {
    const auto range = rangeOf(run.summary);
    const auto slope = powerSlope(run.columns.x, run.columns.mean, range);
    if (!slope) return;
    const auto interval = relative(range);
    const double from = run.columns.x.front();
    const double to = run.columns.x.back();
    for (int i = 0; i < kBandPoints; ++i) {
        const double x = std::lerp(from, to, static_cast<double>(i) / (kBandPoints - 1));
        const double y = slope->fit.at(x);
        const double scatter = slope->fit.bandAt(x);
        series.band_x.push_back(x);
        series.band_low.push_back(scale * (y - std::hypot(scatter, y * interval.below)));
        series.band_high.push_back(scale * (y + std::hypot(scatter, y * interval.above)));
    }
    series.fit_x = {from, to};
    series.fit_y = {scale * slope->fit.at(from), scale * slope->fit.at(to)};
    series.note = series.estimated ? formatValue(slope->w, 0.0, "W", 2) + " (" +
                                         formatRange(slope->low_w, slope->high_w, "") + ") " +
                                         std::string(name(run.summary.energy_method))
                                   : formatValue(slope->w, slope->u_w, "W");
}

std::string energyFootnote(const std::vector<RunColumns>& runs) {
    std::set<std::string> methods;
    for (const auto& run : runs)
        for (const auto i : headline(run.summary.energy).used)
            methods.insert(methodSentence(run.summary.energy[i].device));
    if (methods.empty()) return "";
    std::string text = "intervals are k = 2";
    for (const auto& method : methods)
        text += " · " + method;
    return text;
}

}  // namespace wattline
