// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <optional>
#include <vector>

#include "telemetry/analysis/plot.h"

namespace wattline::ui {

/// Where a plot's values lie on the screen. Pure pixel maths.
struct PlotGeometry {
    QRectF area;  ///< of the data, in widget coordinates
    double x_low = 0.0, x_high = 1.0;
    double y_low = 0.0, y_high = 1.0;
    bool y_log = false;  ///< then y_low > 0, and only positive values have a place

    [[nodiscard]] double toX(double x) const noexcept;
    [[nodiscard]] double toY(double y) const noexcept;  ///< upwards
    [[nodiscard]] QPointF toPixel(double x, double y) const noexcept { return {toX(x), toY(y)}; }
    [[nodiscard]] double fromX(double pixel) const noexcept;
    [[nodiscard]] bool canShow(double y) const noexcept;  ///< finite and, on a log axis, positive
    [[nodiscard]] bool containsX(double x) const noexcept { return x >= x_low && x <= x_high; }
};

struct ValueRange {
    double low = 0.0, high = 0.0;
};
/// The range of everything that will be drawn in y; empty without a finite value. The band of a fit
/// may widen it by at most twice the data's height: an estimate's default interval fits, and an
/// early, wide band does not flatten the points. Where the axis starts at zero, only measured
/// points may take it below: neither a fitted line nor its band.
[[nodiscard]] std::optional<ValueRange> yRangeOf(const PlotDescription& plot);
[[nodiscard]] std::optional<ValueRange> xRangeOf(const PlotDescription& plot);

/// Moves labels apart: positions (centres) in the order given, each `height` tall, none
/// overlapping, all inside [low, high] where they fit, each as near to its wish as the others
/// allow.
[[nodiscard]] std::vector<double> spreadLabels(const std::vector<double>& wished, double height,
                                               double low, double high);

/// The index of the point nearest to `x`; empty without a finite point within `reach`.
[[nodiscard]] std::optional<std::size_t> nearestPoint(const PlotSeries& series, double x,
                                                      double reach);

}  // namespace wattline::ui
