// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineF>
#include <QList>
#include <QPolygonF>
#include <vector>

#include "ui/widgets/plot_geometry.h"

namespace wattline::ui {

/// What a pen leaves out along a line, in pixels; `off` 0 is a solid line.
struct Dash {
    double on = 1.0, off = 0.0;
};

/// Single lines for QPainter::drawLines. A polyline with a pen wider than one pixel takes Qt's
/// raster engine seconds over noisy data; single lines do not (see the tool chain's "pen cliff").
/// A value that is not finite breaks the line; points outside of x are left out.
[[nodiscard]] QList<QLineF> strokes(const std::vector<double>& x, const std::vector<double>& y,
                                    const PlotGeometry& geometry, Dash dash = {});

/// The areas between two curves over the same x, one polygon for each unbroken stretch.
[[nodiscard]] QList<QPolygonF> areasBetween(const std::vector<double>& x,
                                            const std::vector<double>& low,
                                            const std::vector<double>& high,
                                            const PlotGeometry& geometry);

/// Points for markers: at least `spacing` pixels apart, always with the last one.
[[nodiscard]] QList<QPointF> markers(const std::vector<double>& x, const std::vector<double>& y,
                                     const PlotGeometry& geometry, double spacing);

}  // namespace wattline::ui
