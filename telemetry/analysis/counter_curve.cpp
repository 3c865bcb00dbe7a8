// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/counter_curve.h"

#include <algorithm>
#include <limits>

namespace wattline {
namespace {

CounterCurve::Sums& operator+=(CounterCurve::Sums& a, const CounterCurve::Sums& b) {
    a.energy += b.energy;
    a.covered_s += b.covered_s;
    return a;
}

}  // namespace

void CounterCurve::append(double t_s, double counter_j, CounterStep step) {
    Point point;
    point.t_s = t_s;
    point.counter_j = counter_j;
    point.step = step;
    if (m_points.empty()) {
        m_points.push_back(point);
        return;
    }
    const Point& last = m_points.back();
    const double dt = t_s - last.t_s;
    const double j = counter_j - last.counter_j;
    if (dt <= 0.0) return;  // read twice at one instant: the first reading stands
    point.valid_before = !step.cut_before && j >= 0.0 && j <= step.plausible_w * dt;
    point.cum_j = last.cum_j + (point.valid_before ? j : 0.0);
    point.cum_covered_s = last.cum_covered_s + (point.valid_before ? dt : 0.0);
    if (point.valid_before) {
        m_last_w = j / dt;
        const bool first = last.cum_covered_s == 0.0;
        m_min_w = first ? m_last_w : std::min(m_min_w, m_last_w);
        m_max_w = first ? m_last_w : std::max(m_max_w, m_last_w);
    } else {
        m_resets.push_back(m_points.size());
    }
    m_points.push_back(point);
    closeBlock();
}

void CounterCurve::closeBlock() {
    const Point& end = m_points.back();
    const Point& begin = m_points[m_block_start];
    if (!end.valid_before) {
        m_block_start = m_points.size() - 1;
    } else if (end.t_s - begin.t_s >= kCounterWindowS) {
        m_blocks.push_back({begin.t_s, end.t_s, end.cum_j - begin.cum_j});
        m_block_start = m_points.size() - 1;
    }
}

std::vector<CounterCurve::Point> CounterCurve::takeAfter(double t_s) {
    const auto from = std::ranges::upper_bound(m_points, t_s, {}, &Point::t_s);
    std::vector<Point> taken(from, m_points.end());
    m_points.erase(from, m_points.end());
    while (!m_resets.empty() && m_resets.back() >= m_points.size())
        m_resets.pop_back();
    while (!m_blocks.empty() && m_blocks.back().to_s > t_s)
        m_blocks.pop_back();
    // The open block begins where the last whole one ended, or at a reset since.
    m_block_start = m_resets.empty() ? 0 : m_resets.back();
    if (!m_blocks.empty()) {
        const auto end = std::ranges::lower_bound(m_points, m_blocks.back().to_s, {}, &Point::t_s);
        m_block_start = std::max(m_block_start, static_cast<std::size_t>(end - m_points.begin()));
    }
    return taken;
}

std::size_t CounterCurve::resets(double from_s, double to_s) const {
    return static_cast<std::size_t>(std::ranges::count_if(m_resets, [&](std::size_t i) {
        return !m_points[i].step.cut_before && m_points[i].t_s > from_s &&
               m_points[i - 1].t_s < to_s;
    }));
}

std::optional<CounterCurve::Block> CounterCurve::blockAfter(double t_s) const {
    const auto it = std::ranges::upper_bound(m_blocks, t_s, {}, &Block::to_s);
    return it == m_blocks.end() ? std::nullopt : std::optional(*it);
}

double CounterCurve::blocksUntil() const noexcept {
    return m_blocks.empty() ? -std::numeric_limits<double>::infinity() : m_blocks.back().to_s;
}

bool CounterCurve::usable() const noexcept {
    return !m_points.empty() && m_points.back().cum_covered_s > 0.0;
}

EnergySums CounterCurve::fill(double from_s, double to_s, const PowerCurve& power) const {
    const double dt = to_s - from_s;
    if (dt <= 0.0) return {};
    if (!power.empty()) return power.between(from_s, to_s);
    const double j = m_last_w * dt;
    return dt > kGapPeriods * m_period_s ? EnergySums{j, dt, j} : EnergySums{j, 0.0, 0.0};
}

CounterCurve::Sums CounterCurve::partOfPair(std::size_t right, double from_s, double to_s,
                                            const PowerCurve& power) const {
    const Point& b = m_points[right];
    const Point& a = m_points[right - 1];
    if (to_s <= from_s) return {};
    if (!b.valid_before) return {fill(from_s, to_s, power), 0.0};
    double share = (to_s - from_s) / (b.t_s - a.t_s);
    if (!power.empty()) {
        const double whole = power.between(a.t_s, b.t_s).j;
        if (whole > 0.0) share = power.between(from_s, to_s).j / whole;
    }
    return {{share * (b.cum_j - a.cum_j), 0.0, 0.0}, to_s - from_s};
}

/// Both edges lie between the first and the last reading.
CounterCurve::Sums CounterCurve::inside(double from_s, double to_s, const PowerCurve& power) const {
    const auto index = [this](double t_s) {
        const auto it = std::ranges::lower_bound(m_points, t_s, {}, &Point::t_s);
        return std::max<std::size_t>(1, static_cast<std::size_t>(it - m_points.begin()));
    };
    const std::size_t first = index(from_s);
    const std::size_t last = index(to_s);
    if (first == last) return partOfPair(first, from_s, to_s, power);
    const Point& a = m_points[first];
    const Point& b = m_points[last - 1];
    Sums sums = partOfPair(first, from_s, a.t_s, power);
    sums += Sums{{b.cum_j - a.cum_j, 0.0, 0.0}, b.cum_covered_s - a.cum_covered_s};
    for (auto it = std::ranges::upper_bound(m_resets, first); it != m_resets.end() && *it < last;
         ++it)
        sums += Sums{fill(m_points[*it - 1].t_s, m_points[*it].t_s, power), 0.0};
    sums += partOfPair(last, b.t_s, to_s, power);
    return sums;
}

CounterCurve::Sums CounterCurve::between(double from_s, double to_s,
                                         const PowerCurve& power) const {
    if (m_points.size() < 2) return {fill(from_s, to_s, power), 0.0};
    const double first = m_points.front().t_s;
    const double last = m_points.back().t_s;
    Sums sums{fill(from_s, std::min(to_s, first), power), 0.0};
    sums += Sums{fill(std::max(from_s, last), to_s, power), 0.0};
    const double a = std::max(from_s, first);
    const double b = std::min(to_s, last);
    if (b > a) sums += inside(a, b, power);
    return sums;
}

}  // namespace wattline
