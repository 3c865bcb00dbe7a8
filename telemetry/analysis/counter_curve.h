// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "telemetry/analysis/power_curve.h"

namespace wattline {

/// No device draws more; a counter or a sensor that says so was reset, wrapped or misread.
inline constexpr double kPlausibleWatts = 1e5;

/// A counter is the headline figure of windows at least this long; on shorter ones its ticks (20 to
/// 100 ms, and late) cost more than sampled power does. Nothing is attributed from shorter ones.
inline constexpr double kCounterWindowS = 5.0;

/// What lies between a reading of a counter and the one before it.
struct CounterStep {
    /// The run was suspended in between: the counter went on, but for nobody of this run.
    bool cut_before = false;
    /// A mean power beyond this is no energy but a reset, a wrap or a misread counter.
    double plausible_w = kPlausibleWatts;
};

/// An energy counter of one device, read now and then. The difference of two readings is spread
/// over the time between them in proportion to the sampled power, which is what interpolates a
/// window's edge. A difference that is negative or beyond any plausible power is a reset: that
/// stretch is filled from the sampled power, as is a stretch with a suspension in it, and the time
/// before the first and after the last reading. Threads: one owner.
class CounterCurve {
public:
    struct Point {
        double t_s = 0.0;
        double counter_j = 0.0;
        bool valid_before = false;   ///< the difference to the point before counts
        CounterStep step;            ///< as appended
        double cum_j = 0.0;          ///< sum of the valid differences up to here
        double cum_covered_s = 0.0;  ///< time that they cover
    };
    /// Energy as the counter tells it; `covered_s` of the window comes from its differences.
    struct Sums {
        EnergySums energy;
        double covered_s = 0.0;
    };
    /// A stretch of at least 5 s between two readings without a reset: long enough for the
    /// counter's difference to be right, whatever its lag (kCounterWindowS).
    struct Block {
        double from_s = 0.0, to_s = 0.0;
        double j = 0.0;
    };

    explicit CounterCurve(double period_s) : m_period_s(period_s) {}

    void append(double t_s, double counter_j, CounterStep step = {});
    [[nodiscard]] std::vector<Point> takeAfter(double t_s);

    /// True when at least one difference is valid.
    [[nodiscard]] bool usable() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return m_points.empty(); }
    [[nodiscard]] double lastS() const noexcept { return m_points.back().t_s; }
    [[nodiscard]] double minW() const noexcept { return m_min_w; }
    [[nodiscard]] double maxW() const noexcept { return m_max_w; }
    [[nodiscard]] double lastMeanW() const noexcept { return m_last_w; }
    /// Differences in [from_s, to_s] that were refused as resets; suspensions are none.
    [[nodiscard]] std::size_t resets(double from_s, double to_s) const;

    /// `power` (of the same device) gives the shape between readings and fills what the counter
    /// does not cover; it may be empty. O(log n) without resets, else O(resets + log n).
    [[nodiscard]] Sums between(double from_s, double to_s, const PowerCurve& power) const;

    /// The first block that ends after `t_s`; empty when none has been closed there yet. Blocks do
    /// not overlap, and appending changes none that exists.
    [[nodiscard]] std::optional<Block> blockAfter(double t_s) const;
    /// End of the newest block; -infinity without one.
    [[nodiscard]] double blocksUntil() const noexcept;

private:
    void closeBlock();
    [[nodiscard]] EnergySums fill(double from_s, double to_s, const PowerCurve& power) const;
    [[nodiscard]] Sums partOfPair(std::size_t right, double from_s, double to_s,
                                  const PowerCurve& power) const;
    [[nodiscard]] Sums inside(double from_s, double to_s, const PowerCurve& power) const;

    double m_period_s;
    double m_min_w = 0.0, m_max_w = 0.0, m_last_w = 0.0;
    std::vector<Point> m_points;
    std::vector<std::size_t> m_resets;  ///< indices of points with an invalid difference
    std::vector<Block> m_blocks;
    std::size_t m_block_start = 0;  ///< index of the point at which the open block began
};

}  // namespace wattline
