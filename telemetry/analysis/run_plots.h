// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/analysis/plot.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"

namespace wattline {

/// One run's part of a plot: its summary and the pixel columns of the series asked for.
struct RunColumns {
    RunSummary summary;
    SeriesColumns columns;
};

/// What a plot is of: series name, titles and units; for every series that SeriesQuery lists.
struct PlotKind {
    std::string series;  ///< "energy", "loss", ...
    std::string title;
    std::string y_label;  ///< with unit
    double scale =
        1.0;  ///< plotted = stored x scale (J -> Wh or kWh by range is the plot's choice)
};
[[nodiscard]] const std::vector<PlotKind>& plotKinds();
[[nodiscard]] const PlotKind* findPlotKind(const std::string& series);
[[nodiscard]] std::string axisLabel(Axis axis, const std::string& device_kind);

/// Builds the description: energy over GPU hours gets fit, band and the slope in watts.
[[nodiscard]] PlotDescription describePlot(const PlotKind& kind, Axis axis,
                                           const std::vector<RunColumns>& runs);

}  // namespace wattline
