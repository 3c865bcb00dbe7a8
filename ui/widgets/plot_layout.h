// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>
#include <optional>
#include <vector>

#include "ui/widgets/plot_geometry.h"

namespace wattline::ui {

/// How a plot is drawn where its description leaves it open.
struct PlotStyle {
    bool compact = false;  ///< a small multiple: no room for names and axis title
    bool stacked = false;  ///< layers as areas with a legend below
    bool notes = false;    ///< what the lines are, in a column at their right
};

/// A layer's name, `top` being its left upper corner.
struct LegendEntry {
    QPointF top;
    QString text;
    int colour = 0;
};

/// Where everything of one plot goes.
struct PlotLayout {
    PlotGeometry geometry;
    AxisTicks x, y;
    QRectF notes;                     ///< column for the lines' names; empty without
    std::vector<LegendEntry> legend;  ///< below; empty without
    bool has_data = false;
};

/// `x_range` overrides the data's own, so that plots share an axis.
[[nodiscard]] PlotLayout layOut(const PlotDescription& plot, const PlotStyle& style,
                                const QRectF& bounds, const std::optional<ValueRange>& x_range);

}  // namespace wattline::ui
