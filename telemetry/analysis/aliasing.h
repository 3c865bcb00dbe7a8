// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace wattline {

/// How regularly a training steps: what a sampler may fall into step with.
struct StepRhythm {
    double step_s = 0.0;    ///< mean duration of a step; 0: not known
    double jitter_s = 0.0;  ///< standard deviation of one step's duration
};

/// The simple ratio p / q of step time to sampling period that a sampler is caught in: every p-th
/// sample looks at the same part of a step.
struct StepLock {
    int p = 1, q = 1;
};

/// Whether samples of period `period_s` look at so few parts of a step that no interval made from
/// them can be trusted; empty: they do not. Two rules (resources/decisions, "when samples march in
/// step"):
///  - step / period is within 3 % of p / q with p and q up to 5, however irregular the steps are;
///  - fewer beats between the two pass in `samples` than it takes for the error of a locked sampler
///    to shrink below the interval, and steps are regular enough to stay locked. This finds steps
///    much shorter than the period (1 / 20), slow beats in short windows, and long windows.
/// Pure; O(sqrt(samples)).
[[nodiscard]] std::optional<StepLock> stepLock(const StepRhythm& rhythm, double period_s,
                                               std::size_t samples);

/// "the step time is 1/20 of the sampling period: ..." for people.
[[nodiscard]] std::string stepLockSentence(const StepLock& lock);

}  // namespace wattline
