// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/analysis/plot.h"
#include "telemetry/render/canvas.h"
#include "telemetry/render/plot_axes.h"

namespace wattline {

/// The labels right of the plot, each at the height of its line's end: note (or label) in the
/// series' colour, below it a piece of the line and the label. They are the legend.
class LabelPainter {
public:
    LabelPainter(Canvas& canvas, const PlotDescription& plot, const Theme& theme, double unit);
    /// Pixels that the labels need right of a plot of this height; 0 without series to name. Many
    /// labels take one line each instead of two.
    [[nodiscard]] double width(double at_most, double height) const;
    void paint(const PlotScale& scale, const Rect& area, double width);

private:
    struct Entry {
        const PlotSeries* series;
        Point end;
    };
    [[nodiscard]] double textWidth(const PlotSeries& series, bool compact) const;
    [[nodiscard]] bool isCompact(double height) const;
    void paintOne(const Entry& entry, double centre, double x, double width, bool compact);
    void paintNote(const std::string& note, const Point& at, double width, const Colour& colour);
    void paintSwatch(const PlotSeries& series, const Point& at);

    Canvas& m_canvas;
    const PlotDescription& m_plot;
    const Theme& m_theme;
    double m_unit;
};

}  // namespace wattline
