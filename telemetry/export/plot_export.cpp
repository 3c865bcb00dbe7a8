// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/plot_export.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>

#include "telemetry/export/csv.h"

namespace wattline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Which numbers make one kind of line; an empty span leaves its field empty.
struct Lines {
    const char* kind;
    std::span<const double> x, y, low, high;
};

double at(std::span<const double> values, std::size_t i) {
    return i < values.size() ? values[i] : kMissing;
}

const char* worthOf(const PlotSeries& series) {
    if (series.simulated) return "simulated";
    return series.estimated ? "estimated" : "measured";
}

void addLines(CsvWriter& csv, const PlotSeries& series, const Lines& lines) {
    for (std::size_t i = 0; i < lines.x.size(); ++i) {
        csv.text(series.label).text(lines.kind).text(worthOf(series));
        csv.number(lines.x[i]).number(at(lines.y, i));
        csv.number(at(lines.low, i)).number(at(lines.high, i)).text(series.basis).endLine();
    }
}

}  // namespace

std::string plotCsv(const PlotDescription& plot) {
    CsvWriter csv;
    csv.text("series").text("kind").text("figure").text(plot.x_label).text(plot.y_label);
    csv.text(plot.y_label + " low").text(plot.y_label + " high");
    csv.text("energy_basis").endLine();
    for (const auto& series : plot.series) {
        addLines(csv, series, {"data", series.x, series.y, series.y_min, series.y_max});
        addLines(csv, series, {"fit", series.fit_x, series.fit_y, {}, {}});
        addLines(csv, series, {"band", series.band_x, {}, series.band_low, series.band_high});
    }
    return csv.take();
}

}  // namespace wattline
