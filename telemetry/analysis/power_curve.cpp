// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/power_curve.h"

#include <algorithm>
#include <cmath>

namespace wattline {
namespace {

/// A failed read between neighbours this close (in periods) left no hole: another process read the
/// device meanwhile.
constexpr double kNeighbourPeriods = 1.5;

}  // namespace

double ReadingScatter::deviation() const noexcept {
    return steps == 0 ? 0.0 : std::sqrt(sum_squared_steps / (2.0 * static_cast<double>(steps)));
}

void PowerCurve::append(double t_s, double power_w, bool failed_before, bool cut_before) {
    Point point;
    point.t_s = t_s;
    point.power_w = power_w;
    point.failed_before = failed_before;
    if (m_points.empty()) {
        m_min_w = m_max_w = power_w;
        m_points.push_back(point);
        return;
    }
    const Point& last = m_points.back();
    const double dt = t_s - last.t_s;
    if (dt <= 0.0) return;  // two processes read at one instant: the first reading stands
    const double j = 0.5 * (last.power_w + power_w) * dt;
    point.cut_before = cut_before;
    point.gap_before =
        dt > kGapPeriods * m_period_s || (failed_before && dt > kNeighbourPeriods * m_period_s);
    point.cum = last.cum;
    point.cum_squared_steps = last.cum_squared_steps;
    point.cum_steps = last.cum_steps;
    if (cut_before)  // both run on to the middle, and meet there
        point.cum += outside(last, 0.5 * dt) - outside(point, -0.5 * dt);
    else
        point.cum += point.gap_before ? EnergySums{j, dt, j} : EnergySums{j, 0.0, 0.0};
    if (!point.gap_before && !cut_before) {
        point.cum_squared_steps += (power_w - last.power_w) * (power_w - last.power_w);
        ++point.cum_steps;
    }
    m_min_w = std::min(m_min_w, power_w);
    m_max_w = std::max(m_max_w, power_w);
    m_points.push_back(point);
}

std::vector<PowerCurve::Point> PowerCurve::takeAfter(double t_s) {
    const auto from = std::ranges::upper_bound(m_points, t_s, {}, &Point::t_s);
    std::vector<Point> taken(from, m_points.end());
    m_points.erase(from, m_points.end());
    return taken;
}

EnergySums PowerCurve::outside(const Point& edge, double seconds) const {
    const double j = edge.power_w * seconds;
    EnergySums sums = edge.cum;
    const bool gap = std::abs(seconds) > kGapPeriods * m_period_s;
    sums += gap ? EnergySums{j, seconds, j} : EnergySums{j, 0.0, 0.0};
    return sums;
}

EnergySums PowerCurve::at(double t_s) const {
    if (m_points.empty()) return {};
    if (t_s <= firstS()) return outside(m_points.front(), t_s - firstS());
    if (t_s >= lastS()) return outside(m_points.back(), t_s - lastS());
    const auto right = std::ranges::upper_bound(m_points, t_s, {}, &Point::t_s);
    const auto left = std::prev(right);
    const double x = t_s - left->t_s;
    const double dt = right->t_s - left->t_s;
    if (right->cut_before) return 2.0 * x < dt ? outside(*left, x) : outside(*right, x - dt);
    const double j = left->power_w * x + 0.5 * (right->power_w - left->power_w) * x * x / dt;
    EnergySums sums = left->cum;
    sums += right->gap_before ? EnergySums{j, x, j} : EnergySums{j, 0.0, 0.0};
    return sums;
}

double PowerCurve::powerAt(double t_s) const {
    if (t_s <= firstS()) return m_points.front().power_w;
    if (t_s >= lastS()) return m_points.back().power_w;
    const auto right = std::ranges::upper_bound(m_points, t_s, {}, &Point::t_s);
    const auto left = std::prev(right);
    const double share = (t_s - left->t_s) / (right->t_s - left->t_s);
    return std::lerp(left->power_w, right->power_w, share);
}

ReadingScatter PowerCurve::scatter(double from_s, double to_s) const {
    const auto first = std::ranges::lower_bound(m_points, from_s, {}, &Point::t_s);
    const auto end = std::ranges::upper_bound(m_points, to_s, {}, &Point::t_s);
    if (first >= end) return {};
    const auto last = std::prev(end);
    return {std::max(0.0, last->cum_squared_steps - first->cum_squared_steps),
            last->cum_steps - first->cum_steps};
}

}  // namespace wattline
