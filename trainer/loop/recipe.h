// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "telemetry/core/run_spec.h"

namespace wattline::trainer {

/// Optimizer steps that a completed specification asks for.
[[nodiscard]] std::int64_t plannedSteps(const RunSpec& spec, std::int64_t steps_per_epoch);

/// torch's ReduceLROnPlateau: the factor halves after more than five epochs in a row without a
/// validation loss at least 0.01 % below the best.
class Plateau {
public:
    void observe(double validation_loss);
    [[nodiscard]] double factor() const noexcept { return m_factor; }

private:
    double m_best = std::numeric_limits<double>::infinity();
    int m_bad_epochs = 0;
    double m_factor = 1.0;
};

/// The learning rate of each step. Both recipes are SGD with momentum 0.9 and weight decay 1e-4 and
/// rise linearly to launch::peakLearningRate:
///   study   over 5 epochs, then constant but for the plateau;
///   digits  over 1 epoch, then half a cosine that would reach 0 after the last step.
/// A run shorter than its warm-up rises during the first half of it.
class LearningRateSchedule {
public:
    LearningRateSchedule(const RunSpec& spec, std::int64_t steps_per_epoch);

    [[nodiscard]] double at(std::int64_t step) const;  ///< step from 1
    void epochEnded(double validation_loss) { m_plateau.observe(validation_loss); }

private:
    bool m_cosine;
    double m_peak;
    std::int64_t m_warm_up, m_total;
    Plateau m_plateau;
};

inline constexpr double kMomentum = 0.9, kWeightDecay = 1e-4;

}  // namespace wattline::trainer
