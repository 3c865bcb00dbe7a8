// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "telemetry/analysis/plot.h"
#include "telemetry/render/geometry.h"

namespace wattline {

/// Smallest and largest finite values of a plot; empty when there is nothing to draw.
struct DataRange {
    double x_low = 0.0, x_high = 0.0, y_low = 0.0, y_high = 0.0;
};
/// A measured band belongs to the range; an estimate's is so wide that it would press everything
/// else to the axis, so it is clipped instead.
[[nodiscard]] std::optional<DataRange> dataRange(const PlotDescription& plot);

struct PlotTicks {
    AxisTicks x, y;
};
/// Ticks about every 110 (x) and 60 (y) pixels of an area at scale 1.
[[nodiscard]] PlotTicks plotTicks(const PlotDescription& plot,
                                  const std::optional<DataRange>& range, double width,
                                  double height);

/// From data to pixels inside `area`; not finite for what a logarithmic axis cannot show.
class PlotScale {
public:
    PlotScale(const PlotDescription& plot, const PlotTicks& ticks, const Rect& area);
    [[nodiscard]] double x(double value) const;
    [[nodiscard]] double y(double value) const;
    [[nodiscard]] Point at(double x_value, double y_value) const {
        return {x(x_value), y(y_value)};
    }

private:
    Rect m_area;
    bool m_x_log, m_y_log;
    double m_x_low, m_x_high, m_y_low, m_y_high;  ///< logarithms where the axis is logarithmic
};

}  // namespace wattline
