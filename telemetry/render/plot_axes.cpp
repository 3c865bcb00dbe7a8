// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/plot_axes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace wattline {
namespace {

struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    void add(const std::vector<double>& values, bool positive_only) {
        for (const double v : values) {
            if (!std::isfinite(v) || (positive_only && v <= 0.0)) continue;
            low = std::min(low, v);
            high = std::max(high, v);
        }
    }
    [[nodiscard]] bool empty() const { return low > high; }
};

int wantedTicks(double pixels, double spacing) {
    return std::clamp(static_cast<int>(pixels / spacing), 2, 12);
}

double placed(double value, bool log) {
    return log ? std::log10(value) : value;
}

}  // namespace

std::optional<DataRange> dataRange(const PlotDescription& plot) {
    Extent x, y, fitted;
    for (const auto& s : plot.series) {
        x.add(s.x, plot.x_log);
        x.add(s.fit_x, plot.x_log);
        for (const auto* values : {&s.y, &s.y_min, &s.y_max})
            y.add(*values, plot.y_log);
        fitted.add(s.fit_y, plot.y_log);
        if (s.estimated) continue;
        fitted.add(s.band_low, plot.y_log);
        fitted.add(s.band_high, plot.y_log);
    }
    if (!fitted.empty()) {
        // What starts at zero is taken below it by measured points only.
        const double floor = plot.y_from_zero && !plot.y_log ? std::min(0.0, y.low) : fitted.low;
        y.low = std::min(y.low, std::max(fitted.low, floor));
        y.high = std::max(y.high, fitted.high);
    }
    if (x.empty() || y.empty()) return std::nullopt;
    return DataRange{x.low, x.high, y.low, y.high};
}

PlotTicks plotTicks(const PlotDescription& plot, const std::optional<DataRange>& range,
                    double width, double height) {
    const DataRange r = range.value_or(DataRange{0.0, 1.0, 0.0, 1.0});
    const int wanted_x = wantedTicks(width, 110.0);
    const int wanted_y = wantedTicks(height, 60.0);
    // A run's axis starts at its start, unless what is shown is far from it.
    const bool x_from_zero = r.x_low >= 0.0 && r.x_low < 0.3 * r.x_high;
    // Rounding may leave a first point a hair below zero; that is no reason for a negative tick.
    const double y_low = plot.y_from_zero && r.y_low > -0.02 * r.y_high ? 0.0 : r.y_low;
    return {plot.x_log ? logTicks(r.x_low, r.x_high, wanted_x)
                       : niceTicks(r.x_low, r.x_high, wanted_x, x_from_zero),
            plot.y_log ? logTicks(r.y_low, r.y_high, wanted_y)
                       : niceTicks(y_low, r.y_high, wanted_y, plot.y_from_zero)};
}

PlotScale::PlotScale(const PlotDescription& plot, const PlotTicks& ticks, const Rect& area)
    : m_area(area), m_x_log(plot.x_log), m_y_log(plot.y_log),
      m_x_low(placed(ticks.x.low, plot.x_log)), m_x_high(placed(ticks.x.high, plot.x_log)),
      m_y_low(placed(ticks.y.low, plot.y_log)), m_y_high(placed(ticks.y.high, plot.y_log)) {}

double PlotScale::x(double value) const {
    return m_area.x + (placed(value, m_x_log) - m_x_low) / (m_x_high - m_x_low) * m_area.width;
}

double PlotScale::y(double value) const {
    return m_area.bottom() -
           (placed(value, m_y_log) - m_y_low) / (m_y_high - m_y_low) * m_area.height;
}

}  // namespace wattline
