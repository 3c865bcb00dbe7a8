// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/series_painter.h"

#include <algorithm>
#include <cmath>

namespace wattline {
namespace {

constexpr double kBandAlpha = 0.15;
constexpr double kWideBandAlpha = 0.06;  ///< an estimate's, which may fill the whole plot
constexpr double kSpanAlpha = 0.28;

bool drawable(const Point& p) {
    return std::isfinite(p.x) && std::isfinite(p.y);
}

/// Calls `segment` with each unbroken run of drawable points.
template <typename Segment>
void forEachSegment(const std::vector<Point>& points, const Segment& segment) {
    std::size_t from = 0;
    for (std::size_t i = 0; i <= points.size(); ++i) {
        if (i < points.size() && drawable(points[i])) continue;
        if (i > from) segment(std::span(points).subspan(from, i - from));
        from = i + 1;
    }
}

std::vector<Point> placed(const std::vector<double>& x, const std::vector<double>& y,
                          const PlotScale& scale) {
    std::vector<Point> points;
    const std::size_t n = std::min(x.size(), y.size());
    points.reserve(n);
    for (std::size_t i = 0; i < n; ++i)
        points.push_back(scale.at(x[i], y[i]));
    return points;
}

/// Fills between two curves over the same x, gap by gap.
void paintBetween(Canvas& canvas, const std::vector<Point>& low, const std::vector<Point>& high,
                  const Colour& colour, double alpha) {
    std::size_t from = 0;
    const std::size_t n = std::min(low.size(), high.size());
    for (std::size_t i = 0; i <= n; ++i) {
        if (i < n && drawable(low[i]) && drawable(high[i])) continue;
        if (i > from + 1) {
            std::vector<Point> outline(high.begin() + static_cast<std::ptrdiff_t>(from),
                                       high.begin() + static_cast<std::ptrdiff_t>(i));
            for (std::size_t k = i; k > from; --k)
                outline.push_back(low[k - 1]);
            canvas.polygon(outline, colour, alpha);
        }
        from = i + 1;
    }
}

void paintMarkers(Canvas& canvas, const std::vector<Point>& points, const SeriesLook& look,
                  const Theme& theme, double unit) {
    const double spacing = 26.0 * unit;
    const double radius = 3.4 * unit;
    std::vector<Point> shown;
    for (const auto& p : points)
        if (drawable(p) &&
            (shown.empty() || std::hypot(p.x - shown.back().x, p.y - shown.back().y) >= spacing))
            shown.push_back(p);
    const auto last = std::find_if(points.rbegin(), points.rend(), drawable);
    if (last != points.rend() && last->x > shown.back().x) {
        if (shown.size() > 1 && last->x - shown.back().x < 0.6 * spacing) shown.pop_back();
        shown.push_back(*last);
    }
    for (const auto& p : shown) {
        if (look.hollow)
            canvas.ring(p, radius, {look.colour, 1.6 * unit, 1.0, {}}, theme.surface);
        else
            canvas.disc(p, radius, look.colour);
    }
}

}  // namespace

SeriesLook seriesLook(const PlotSeries& series, const Theme& theme, double unit) {
    SeriesLook look{theme.seriesColour(series.colour), {}, series.estimated};
    if (series.estimated)
        look.dash = {6.0 * unit, 4.0 * unit};
    else if (series.colour >= static_cast<int>(theme.series.size()))
        look.dash = {12.0 * unit, 3.0 * unit, 2.0 * unit, 3.0 * unit};
    return look;
}

void paintSeriesAreas(Canvas& canvas, const PlotSeries& series, const PlotScale& scale,
                      const SeriesLook& look) {
    paintBetween(canvas, placed(series.band_x, series.band_low, scale),
                 placed(series.band_x, series.band_high, scale), look.colour,
                 series.estimated ? kWideBandAlpha : kBandAlpha);
    paintBetween(canvas, placed(series.x, series.y_min, scale),
                 placed(series.x, series.y_max, scale), look.colour, kSpanAlpha);
}

void paintSeriesLines(Canvas& canvas, const PlotSeries& series, const PlotScale& scale,
                      const SeriesLook& look, const Theme& theme, double unit) {
    const bool fitted = series.fit_x.size() > 1;
    const Stroke strong{look.colour, 2.0 * unit, 1.0, look.dash};
    const Stroke faint{look.colour, 1.0 * unit, 0.45, {}};
    const bool line_hidden = fitted && series.estimated;  // it would fill the dashes
    const auto points = placed(series.x, series.y, scale);
    forEachSegment(points, [&](std::span<const Point> segment) {
        if (segment.size() == 1)
            canvas.disc(segment[0], 1.6 * unit, look.colour);
        else if (!line_hidden)
            canvas.polyline(segment, fitted ? faint : strong);
    });
    if (fitted)
        forEachSegment(placed(series.fit_x, series.fit_y, scale),
                       [&](std::span<const Point> line) { canvas.polyline(line, strong); });
    if (series.points) paintMarkers(canvas, points, look, theme, unit);
}

bool seriesEnd(const PlotSeries& series, const PlotScale& scale, Point& end) {
    for (std::size_t i = std::min(series.x.size(), series.y.size()); i > 0; --i) {
        end = scale.at(series.x[i - 1], series.y[i - 1]);
        if (drawable(end)) return true;
    }
    return false;
}

}  // namespace wattline
