// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/cost_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "telemetry/simulate/noise.h"

namespace wattline::simulate {
namespace {

enum Purpose : std::uint64_t { kStepTime, kHiccup, kCompute, kLoss, kPeak, kPower, kData };

// Shares of a step without stragglers; the rest is exposed communication.
constexpr double kDataShare = 0.02, kForwardShare = 0.28, kBackwardShare = 0.54,
                 kOptimizerShare = 0.05;
constexpr double kComputeShare = kDataShare + kForwardShare + kBackwardShare;
/// The all-reduce's tail that no computation hides.
constexpr double kLeastCommunication = 0.05;

constexpr double kFirstLoss = 6.9, kLastLoss = 1.9;  // of 1,000 classes: ln 1000 at the start
constexpr double kPeakRate = 0.4;                    // learning rate per 1,024 samples a step
constexpr double kWarmUp = 0.1;                      // share of the run

// A GPU of the 400 W class: what it draws at rest and, by its own make, at full work.
constexpr double kIdleW = 72.0, kLeastPeakW = 300.0, kPeakSpreadW = 100.0;

/// Share of the way from idle to peak in each phase.
double workOf(double share, double compute_share) {
    if (share < kDataShare) return 0.35;
    if (share < kDataShare + 0.35 * (compute_share - kDataShare)) return 0.93;  // forward
    if (share < compute_share) return 1.0;                                      // backward
    return 0.62;
}

std::int64_t nanoseconds(double s) {
    return std::llround(s * 1e9);
}

}  // namespace

CostModel::CostModel(const Plan& plan)
    : m_plan(plan), m_period_s(1.0 / plan.rate_hz), m_steps(plan.steps()),
      m_epoch_steps(std::max<std::uint64_t>(1, m_steps / kEpochs)) {}

double CostModel::slowness(std::uint32_t rank) const noexcept {
    double factor = 1.0;
    for (const auto& each : m_plan.stragglers)
        if (each.rank == rank) factor = std::max(factor, each.factor);
    return factor;
}

/// Data, forward and backward: until this rank waits for the others.
double CostModel::computeSeconds(std::uint32_t rank, std::uint64_t step) const {
    const double jitter = 0.012 * bell({m_plan.seed, kCompute, rank, step});
    return m_period_s * kComputeShare * (1.0 + jitter) * slowness(rank);
}

double CostModel::stepSeconds(std::uint64_t step) const {
    double seconds = m_period_s * (1.0 + 0.015 * bell({m_plan.seed, kStepTime, 0, step}));
    // Now and then the file system or the network takes its time.
    if (uniform({m_plan.seed, kHiccup, 0, step}) < 0.002) seconds *= 1.4;
    for (const auto& each : m_plan.stragglers)
        seconds = std::max(seconds, computeSeconds(each.rank, step) +
                                        m_period_s * (kLeastCommunication + kOptimizerShare));
    return seconds;
}

std::uint32_t CostModel::epochOf(std::uint64_t step) const noexcept {
    const auto epoch = (step - 1) / m_epoch_steps + 1;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(epoch, kEpochs));
}

int CostModel::epochEndingWith(std::uint64_t step) const noexcept {
    if (step == m_steps) return static_cast<int>(epochOf(step));
    const bool ends = step % m_epoch_steps == 0 && step / m_epoch_steps < kEpochs;
    return ends ? static_cast<int>(step / m_epoch_steps) : 0;
}

/// The share of what there is to learn that is learned: fast at first, then ever more slowly.
double CostModel::learned(double progress) const noexcept {
    return (1.0 - std::exp(-5.0 * progress)) / (1.0 - std::exp(-5.0));
}

StepRecord CostModel::record(std::uint32_t rank, std::uint64_t step) const {
    const double progress = static_cast<double>(step) / static_cast<double>(m_steps);
    const double seconds = stepSeconds(step);
    const double compute = std::min(computeSeconds(rank, step),
                                    seconds - m_period_s * (kLeastCommunication + kOptimizerShare));
    const double data =
        kDataShare * m_period_s * (1.0 + 0.5 * uniform({m_plan.seed, kData, rank, step}));
    const double forward = (compute - data) * kForwardShare / (kForwardShare + kBackwardShare);
    const double optimizer = kOptimizerShare * m_period_s;

    StepRecord record;
    record.step = step;
    record.samples = static_cast<std::uint32_t>(m_plan.lbs);
    record.epoch = epochOf(step);
    const double loss = kFirstLoss - (kFirstLoss - kLastLoss) * learned(progress);
    record.loss = loss * (1.0 + 0.04 * bell({m_plan.seed, kLoss, rank, step}));
    const double peak = kPeakRate * m_plan.lbs * m_plan.ranks / 1024.0;
    record.learning_rate =
        progress < kWarmUp
            ? peak * progress / kWarmUp
            : 0.5 * peak *
                  (1.0 + std::cos(std::numbers::pi * (progress - kWarmUp) / (1.0 - kWarmUp)));
    record.duration_ns = nanoseconds(seconds);
    const std::array phases{data, forward, compute - data - forward, seconds - compute - optimizer,
                            optimizer};
    for (std::size_t i = 0; i < kPhaseCount; ++i)
        record.phase_ns[i] = nanoseconds(phases[i]);
    return record;
}

Evaluation CostModel::evaluation(int epoch) const {
    const double done = learned(static_cast<double>(epoch) / kEpochs);
    const double noise =
        0.01 * bell({m_plan.seed, kLoss, ~std::uint64_t{0}, static_cast<std::uint64_t>(epoch)});
    return {(kFirstLoss - (kFirstLoss - kLastLoss - 0.1) * done) * (1.0 + noise),
            std::clamp(0.999 - 0.72 * done + noise, 0.0, 1.0),
            std::clamp(0.995 - 0.90 * done + noise, 0.0, 1.0)};
}

double CostModel::power(std::uint32_t rank, std::uint64_t reading, const Activity& activity) const {
    const double peak = kLeastPeakW + kPeakSpreadW * uniform({m_plan.seed, kPeak, rank, 0});
    const double flicker = bell({m_plan.seed, kPower, rank, reading});
    if (activity.step == 0) return kIdleW * (1.0 + 0.01 * flicker);
    const double compute = computeSeconds(rank, activity.step) / stepSeconds(activity.step);
    // A board's sensor averages over a good part of a step: half the mean, half the moment.
    const double mean = 0.98 * compute + 0.62 * (1.0 - std::min(1.0, compute));
    const double work = 0.5 * mean + 0.5 * workOf(activity.share, compute);
    return (kIdleW + (peak - kIdleW) * work) * (1.0 + 0.015 * flicker);
}

}  // namespace wattline::simulate
