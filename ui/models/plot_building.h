// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "telemetry/analysis/plot.h"
#include "telemetry/analysis/run_plots.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"

namespace wattline::ui {

/// What one plot of the window shows.
struct PlotContent {
    std::string title;
    std::string subtitle;
    std::vector<std::string> series;  ///< the first names the plot's kind
    bool stacked = false;             ///< the series are layers of one run, added up
    bool y_log = false;  ///< what spans decades, as a loss before and after the first epochs
};

/// One series of one run, with the colour slot of the run on screen.
struct ColouredColumns {
    RunColumns run;
    std::string series;
    int colour = 0;
};

/// Puts the columns together to the description that the window draws and the exports render.
/// Further series than the first (validation beside training) become points in the run's colour.
[[nodiscard]] PlotDescription buildPlot(const PlotContent& content, Axis axis,
                                        const std::vector<ColouredColumns>& columns);

/// Adds the layers up: series i of the result lies between y_min (the sum below it) and y_max, and
/// is absent at an x where one of the layers is. Pure.
[[nodiscard]] std::vector<PlotSeries> stackLayers(const std::vector<PlotSeries>& layers);

}  // namespace wattline::ui
