// SPDX-License-Identifier: Apache-2.0
#include "trainer/loop/recipe.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "trainer/launch/learning_rate.h"

namespace wattline::trainer {
namespace {

constexpr int kStudyWarmUpEpochs = 5, kDigitsWarmUpEpochs = 1;
constexpr int kPatience = 5;
constexpr double kThreshold = 1e-4, kPlateauFactor = 0.5;

}  // namespace

std::int64_t plannedSteps(const RunSpec& spec, std::int64_t steps_per_epoch) {
    const std::int64_t by_epochs = spec.epochs * steps_per_epoch;
    if (spec.steps == 0) return by_epochs;
    return spec.epochs == 0 ? spec.steps : std::min(by_epochs, spec.steps);
}

void Plateau::observe(double validation_loss) {
    if (validation_loss < m_best * (1.0 - kThreshold)) {
        m_best = validation_loss;
        m_bad_epochs = 0;
    } else if (++m_bad_epochs > kPatience) {
        m_factor *= kPlateauFactor;
        m_bad_epochs = 0;
    }
}

LearningRateSchedule::LearningRateSchedule(const RunSpec& spec, std::int64_t steps_per_epoch)
    : m_cosine(spec.recipe == "digits"), m_peak(launch::peakLearningRate(spec.recipe, spec.gbs)),
      m_warm_up((m_cosine ? kDigitsWarmUpEpochs : kStudyWarmUpEpochs) * steps_per_epoch),
      m_total(plannedSteps(spec, steps_per_epoch)) {
    if (m_warm_up > m_total) m_warm_up = std::max<std::int64_t>(1, m_total / 2);
}

double LearningRateSchedule::at(std::int64_t step) const {
    if (step <= m_warm_up)
        return m_peak * static_cast<double>(step) / static_cast<double>(m_warm_up);
    if (!m_cosine) return m_peak * m_plateau.factor();
    const double done =
        static_cast<double>(step - m_warm_up) / static_cast<double>(m_total + 1 - m_warm_up);
    return m_peak * 0.5 * (1.0 + std::cos(std::numbers::pi * done));
}

}  // namespace wattline::trainer
