// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_strokes.h"

#include <algorithm>
#include <cmath>

namespace wattline::ui {
namespace {

/// Cuts lines into dashes; the pattern goes on from line to line.
class Dasher {
public:
    Dasher(Dash dash, QList<QLineF>& out) : m_dash(dash), m_out(out) {}

    void add(const QLineF& line) {
        if (m_dash.off <= 0.0) {
            m_out.append(line);
            return;
        }
        const double period = m_dash.on + m_dash.off;
        const double length = line.length();
        double done = 0.0;
        while (done < length) {
            const bool on = m_phase < m_dash.on;
            const double rest = std::max((on ? m_dash.on : period) - m_phase, 1e-3);
            const double end = std::min(length, done + rest);
            if (on) m_out.append({line.pointAt(done / length), line.pointAt(end / length)});
            m_phase = std::fmod(m_phase + end - done, period);
            done = end;
        }
    }

private:
    Dash m_dash;
    QList<QLineF>& m_out;
    double m_phase = 0.0;
};

bool isPoint(double x, double y, const PlotGeometry& geometry) {
    return std::isfinite(x) && geometry.canShow(y) && geometry.containsX(x);
}

}  // namespace

QList<QLineF> strokes(const std::vector<double>& x, const std::vector<double>& y,
                      const PlotGeometry& geometry, Dash dash) {
    QList<QLineF> lines;
    Dasher dasher(dash, lines);
    const auto count = std::min(x.size(), y.size());
    std::optional<QPointF> last;
    for (std::size_t i = 0; i < count; ++i) {
        if (!isPoint(x[i], y[i], geometry)) {
            last.reset();
            continue;
        }
        const auto point = geometry.toPixel(x[i], y[i]);
        if (last && *last != point) dasher.add({*last, point});
        last = point;
    }
    return lines;
}

QList<QPolygonF> areasBetween(const std::vector<double>& x, const std::vector<double>& low,
                              const std::vector<double>& high, const PlotGeometry& geometry) {
    QList<QPolygonF> areas;
    QPolygonF upper, lower;
    const auto close = [&] {
        if (upper.size() > 1) {
            std::ranges::reverse(lower);
            areas.append(upper + lower);
        }
        upper.clear();
        lower.clear();
    };
    const auto count = std::min({x.size(), low.size(), high.size()});
    for (std::size_t i = 0; i < count; ++i) {
        if (!isPoint(x[i], low[i], geometry) || !geometry.canShow(high[i])) {
            close();
            continue;
        }
        upper.append(geometry.toPixel(x[i], high[i]));
        lower.append(geometry.toPixel(x[i], low[i]));
    }
    close();
    return areas;
}

QList<QPointF> markers(const std::vector<double>& x, const std::vector<double>& y,
                       const PlotGeometry& geometry, double spacing) {
    QList<QPointF> points;
    std::optional<QPointF> last;
    const auto count = std::min(x.size(), y.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (!isPoint(x[i], y[i], geometry)) continue;
        last = geometry.toPixel(x[i], y[i]);
        if (points.isEmpty() || last->x() - points.last().x() >= spacing) points.append(*last);
    }
    if (last && points.last() != *last) {
        // The newest point shows, even where it crowds out the marker before it.
        if (points.size() > 1 && last->x() - points.last().x() < spacing / 2.0) points.removeLast();
        points.append(*last);
    }
    return points;
}

}  // namespace wattline::ui
