// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "telemetry/analysis/power_curve.h"

namespace wattline {

/// No device draws more; a counter or a sensor that says so was reset, wrapped or misread.
inline constexpr double kPlausibleWatts = 1e5;

/// An energy counter of one device, read now and then. The difference of two readings is spread
/// over the time between them in proportion to the sampled power, which is what interpolates a
/// window's edge. A difference that is negative or beyond any plausible power is a reset: that
/// stretch is filled from the sampled power, as is the time before the first and after the last
/// reading. Threads: one owner.
class CounterCurve {
public:
    struct Point {
        double t_s = 0.0;
        double counter_j = 0.0;
        bool valid_before = false;   ///< the difference to the point before counts
        double cum_j = 0.0;          ///< sum of the valid differences up to here
        double cum_covered_s = 0.0;  ///< time that they cover
        std::size_t resets = 0;      ///< invalid differences up to here
    };
    /// Energy as the counter tells it; `covered_s` of the window comes from its differences.
    struct Sums {
        EnergySums energy;
        double covered_s = 0.0;
    };

    explicit CounterCurve(double period_s) : m_period_s(period_s) {}

    void append(double t_s, double counter_j);
    [[nodiscard]] std::vector<Point> takeAfter(double t_s);

    /// True when at least one difference is valid.
    [[nodiscard]] bool usable() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return m_points.empty(); }
    [[nodiscard]] double lastS() const noexcept { return m_points.back().t_s; }
    [[nodiscard]] double minW() const noexcept { return m_min_w; }
    [[nodiscard]] double maxW() const noexcept { return m_max_w; }
    [[nodiscard]] double lastMeanW() const noexcept { return m_last_w; }

    /// `power` (of the same device) gives the shape between readings and fills what the counter
    /// does not cover; it may be empty. O(log n) without resets, else O(resets + log n).
    [[nodiscard]] Sums between(double from_s, double to_s, const PowerCurve& power) const;

private:
    [[nodiscard]] EnergySums fill(double from_s, double to_s, const PowerCurve& power) const;
    [[nodiscard]] Sums partOfPair(std::size_t right, double from_s, double to_s,
                                  const PowerCurve& power) const;
    [[nodiscard]] Sums inside(double from_s, double to_s, const PowerCurve& power) const;

    double m_period_s;
    double m_min_w = 0.0, m_max_w = 0.0, m_last_w = 0.0;
    std::vector<Point> m_points;
    std::vector<std::size_t> m_resets;  ///< indices of points with an invalid difference
};

}  // namespace wattline
