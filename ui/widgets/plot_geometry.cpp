// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace wattline::ui {
namespace {

void extend(std::optional<ValueRange>& range, const std::vector<double>& values,
            bool positive = false) {
    for (const double v : values) {
        if (!std::isfinite(v) || (positive && v <= 0.0)) continue;
        if (!range) range = ValueRange{v, v};
        range->low = std::min(range->low, v);
        range->high = std::max(range->high, v);
    }
}

}  // namespace

double PlotGeometry::toX(double x) const noexcept {
    if (!(x_high > x_low)) return area.center().x();
    return area.left() + (x - x_low) / (x_high - x_low) * area.width();
}

double PlotGeometry::toY(double y) const noexcept {
    if (!(y_high > y_low)) return area.center().y();
    const double share =
        y_log ? std::log10(y / y_low) / std::log10(y_high / y_low) : (y - y_low) / (y_high - y_low);
    return area.bottom() - share * area.height();
}

bool PlotGeometry::canShow(double y) const noexcept {
    return std::isfinite(y) && (!y_log || y > 0.0);
}

double PlotGeometry::fromX(double pixel) const noexcept {
    if (!(area.width() > 0.0)) return x_low;
    return x_low + (pixel - area.left()) / area.width() * (x_high - x_low);
}

std::optional<ValueRange> yRangeOf(const PlotDescription& plot) {
    std::optional<ValueRange> data, fit, band;
    for (const auto& series : plot.series) {
        extend(data, series.y, plot.y_log);
        extend(data, series.y_min, plot.y_log);
        extend(data, series.y_max, plot.y_log);
        extend(fit, series.fit_y, plot.y_log);
        extend(band, series.band_low, plot.y_log);
        extend(band, series.band_high, plot.y_log);
    }
    if (!data) return data;
    // Rounding may leave a first point a hair below zero; that is no reason for a negative tick.
    constexpr double kHair = 0.02;
    const bool from_zero = plot.y_from_zero && !plot.y_log;
    if (from_zero && data->low < 0.0 && data->low > -kHair * data->high) data->low = 0.0;
    const double floor =
        from_zero ? std::min(0.0, data->low) : -std::numeric_limits<double>::infinity();
    if (fit) {
        data->low = std::min(data->low, std::max(fit->low, floor));
        data->high = std::max(data->high, fit->high);
    }
    if (!band) return data;
    const double room = 2.0 * (data->high - data->low);
    const double lowest = std::max(floor, data->low >= 0.0 ? 0.0 : data->low - room);
    return ValueRange{std::clamp(band->low, lowest, data->low),
                      std::clamp(band->high, data->high, data->high + room)};
}

std::optional<ValueRange> xRangeOf(const PlotDescription& plot) {
    std::optional<ValueRange> range;
    for (const auto& series : plot.series)
        extend(range, series.x);
    return range;
}

std::vector<double> spreadLabels(const std::vector<double>& wished, double height, double low,
                                 double high) {
    std::vector<std::size_t> order(wished.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wished[i]; });
    auto placed = wished;
    // Down from the top each label keeps clear of the one above; then up from the bottom what fell
    // out of the area is pushed back.
    double next = low + height / 2.0;
    for (const auto i : order) {
        placed[i] = std::max(placed[i], next);
        next = placed[i] + height;
    }
    double last = high - height / 2.0;
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
        placed[*it] = std::min(placed[*it], last);
        last = placed[*it] - height;
    }
    return placed;
}

std::optional<std::size_t> nearestPoint(const PlotSeries& series, double x, double reach) {
    const auto count = std::min(series.x.size(), series.y.size());
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) continue;
        const double distance = std::abs(series.x[i] - x);
        if (distance <= reach && (!best || distance < std::abs(series.x[*best] - x))) best = i;
    }
    return best;
}

}  // namespace wattline::ui
