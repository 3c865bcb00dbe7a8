// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/analysis/plot.h"
#include "telemetry/render/canvas.h"
#include "telemetry/render/plot_axes.h"

namespace wattline {

/// How one series looks: colour and dash follow from its index and from being an estimate.
struct SeriesLook {
    Colour colour;
    std::vector<double> dash;
    bool hollow = false;  ///< points of an estimate
};
[[nodiscard]] SeriesLook seriesLook(const PlotSeries& series, const Theme& theme, double unit);

/// Band and min/max span: what lies behind all lines.
void paintSeriesAreas(Canvas& canvas, const PlotSeries& series, const PlotScale& scale,
                      const SeriesLook& look);
/// Lines (broken at NaN; a point alone is a dot), fitted line and markers, thinned so that they do
/// not touch; the last one is always drawn. `unit` is the size of a pixel at 1200 x 750.
void paintSeriesLines(Canvas& canvas, const PlotSeries& series, const PlotScale& scale,
                      const SeriesLook& look, const Theme& theme, double unit);

/// Where the series ends, in pixels: the last point that can be drawn; false if there is none.
[[nodiscard]] bool seriesEnd(const PlotSeries& series, const PlotScale& scale, Point& end);

}  // namespace wattline
