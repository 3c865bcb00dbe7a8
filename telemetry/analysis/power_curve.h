// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace wattline {

/// Readings further apart than this many periods leave a gap between them.
inline constexpr double kGapPeriods = 3.0;

/// An energy and how much of it was bridged because nothing was read. Sums and differences of
/// cumulative values; `gap_j` is part of `j`.
struct EnergySums {
    double j = 0.0;
    double gap_s = 0.0;
    double gap_j = 0.0;

    EnergySums& operator+=(const EnergySums& o) {
        j += o.j;
        gap_s += o.gap_s;
        gap_j += o.gap_j;
        return *this;
    }
    friend EnergySums operator-(const EnergySums& a, const EnergySums& b) {
        return {a.j - b.j, a.gap_s - b.gap_s, a.gap_j - b.gap_j};
    }
};

/// Scatter of consecutive readings inside a window, for the sampling term of the uncertainty.
struct ReadingScatter {
    double sum_squared_steps = 0.0;  ///< sum of (p[i+1] - p[i])^2 outside gaps
    std::size_t steps = 0;
    /// Standard deviation of one reading from successive differences (von Neumann): a slow drift,
    /// which the trapezoid follows, does not count; scatter between neighbours does.
    [[nodiscard]] double deviation() const noexcept;
};

/// Sampled power of one device as a piecewise linear curve with prefix sums: appending is O(1), the
/// energy up to any instant O(log n). Between two readings power runs straight, so a window's edge
/// is interpolated; beyond the first and last reading it stays constant. The curve is the same
/// inside a gap, which therefore is bridged by the mean of its neighbours, but counted as a gap.
/// Threads: one owner.
class PowerCurve {
public:
    struct Point {
        double t_s = 0.0;
        double power_w = 0.0;
        bool failed_before = false;  ///< a read failed since the point before
        bool gap_before = false;
        bool cut_before = false;  ///< the run was suspended since the point before
        double cum_squared_steps = 0.0;
        std::size_t cum_steps = 0;
        EnergySums cum;  ///< from the first point to this one
    };

    explicit PowerCurve(double period_s) : m_period_s(period_s) {}

    /// `t_s` must not lie before the last point. `power_w` is finite. `cut_before`: the run was
    /// suspended since the last point: nothing runs straight from one to the other; each goes on by
    /// itself to the middle between them, which lies in the suspension and counts for nobody.
    void append(double t_s, double power_w, bool failed_before, bool cut_before = false);
    /// Removes and returns all points later than `t_s`, oldest first, to be appended again.
    [[nodiscard]] std::vector<Point> takeAfter(double t_s);

    [[nodiscard]] bool empty() const noexcept { return m_points.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return m_points.size(); }
    [[nodiscard]] double firstS() const noexcept { return m_points.front().t_s; }
    [[nodiscard]] double lastS() const noexcept { return m_points.back().t_s; }
    [[nodiscard]] double minW() const noexcept { return m_min_w; }
    [[nodiscard]] double maxW() const noexcept { return m_max_w; }

    /// Cumulative energy at `t_s`, relative to the first point (negative before it).
    [[nodiscard]] EnergySums at(double t_s) const;
    [[nodiscard]] EnergySums between(double from_s, double to_s) const {
        return at(to_s) - at(from_s);
    }
    [[nodiscard]] double powerAt(double t_s) const;
    [[nodiscard]] ReadingScatter scatter(double from_s, double to_s) const;

private:
    [[nodiscard]] EnergySums outside(const Point& edge, double seconds) const;

    double m_period_s;
    double m_min_w = 0.0, m_max_w = 0.0;
    std::vector<Point> m_points;
};

}  // namespace wattline
