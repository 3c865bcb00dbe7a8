// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/aliasing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wattline {
namespace {

constexpr int kSimple = 5;
constexpr double kTolerance = 0.03;
/// Power that switches fully on and off has a deviation of at least a third of its swing unless it
/// is on less than a tenth of the time.
constexpr double kSwingOverDeviation = 3.0;

std::optional<StepLock> simpleRatio(double ratio) {
    for (int q = 1; q <= kSimple; ++q) {
        const int p = static_cast<int>(std::lround(ratio * q));
        if (p < 1 || p > kSimple) continue;
        const double simple = static_cast<double>(p) / q;
        if (std::abs(ratio - simple) <= kTolerance * simple) return StepLock{p, q};
    }
    return std::nullopt;
}

}  // namespace

std::optional<StepLock> stepLock(const StepRhythm& rhythm, double period_s, std::size_t samples) {
    if (!(rhythm.step_s > 0.0) || !(period_s > 0.0) || samples < 2) return std::nullopt;
    if (const auto lock = simpleRatio(rhythm.step_s / period_s)) return lock;
    const auto n = static_cast<double>(samples);
    const double steps_a_sample = period_s / rhythm.step_s;
    // A sampler locked to p parts of a step is wrong by up to swing / (2 p), which harms while it
    // is more than the interval's deviation / sqrt(n).
    const double needed = 0.5 * kSwingOverDeviation * std::sqrt(n);
    // Steps that vary walk off: after the window their phase has wandered by so many steps.
    const double wander = rhythm.jitter_s / rhythm.step_s * std::sqrt(n * steps_a_sample);
    for (int p = 1; p < needed; ++p) {
        const double parts = p * steps_a_sample;
        const double q = std::round(parts);
        if (q < 1.0) continue;
        // Cycles by which the comb of p parts has passed over the step at the window's end.
        const double beats = std::abs(parts - q) * n;
        const double mixed = std::max(beats, wander * p);
        // Each beat averages: what is left after b of them is about 1 / (pi b) of the error.
        double enough = needed / (std::numbers::pi * p);
        // With p = 1 neighbours are alike, too, which makes the interval itself too narrow: its
        // deviation falls as sqrt(b / n) while the error falls as 1 / b.
        if (p == 1) enough = std::max(enough, std::pow(0.12 * n, 2.0 / 3.0));
        if (mixed < enough) return StepLock{p, static_cast<int>(q)};
    }
    return std::nullopt;
}

std::string stepLockSentence(const StepLock& lock) {
    const auto ratio = lock.q == 1 ? std::to_string(lock.p) + " x"
                                   : std::to_string(lock.p) + "/" + std::to_string(lock.q) + " of";
    return "the step time is close to " + ratio +
           " the sampling period, so that samples keep looking at the same parts of a step: the "
           "interval may not hold; choose another --sample-period-ms";
}

}  // namespace wattline
