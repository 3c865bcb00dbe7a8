// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "telemetry/core/records.h"
#include "telemetry/simulate/plan.h"

namespace wattline::simulate {

/// What a validation after an epoch would have found; errors from 0 to 1.
struct Evaluation {
    double loss = 0.0, top1_error = 0.0, top5_error = 0.0;
};

/// What a training of this plan would cost: how long each step takes on each rank, what it learns,
/// and what its GPU draws meanwhile. Every figure follows from the seed and its own indices alone,
/// so that the order in which they are asked for does not show. Threads: any; pure.
///
///   one step    |data|  forward  |     backward     | communication |opt|
///   a straggler |data|     forward     |        backward        |com|opt|
///   power        idle     high            highest        medium      medium
class CostModel {
public:
    static constexpr int kEpochs = 8;

    explicit CostModel(const Plan& plan);

    /// Of the whole step, the same on all ranks: they meet in the all-reduce. `step` from 1.
    [[nodiscard]] double stepSeconds(std::uint64_t step) const;
    /// Everything but end_ns.
    [[nodiscard]] StepRecord record(std::uint32_t rank, std::uint64_t step) const;
    [[nodiscard]] Evaluation evaluation(int epoch) const;
    [[nodiscard]] std::uint32_t epochOf(std::uint64_t step) const noexcept;
    /// The epoch that ends with this step; 0: none does.
    [[nodiscard]] int epochEndingWith(std::uint64_t step) const noexcept;

    /// Where a device is when its sensor is read.
    struct Activity {
        std::uint64_t step = 0;  ///< 0: none; the device idles (held, starting)
        double share = 0.0;      ///< of the step's time that has passed, 0..1
    };
    /// The `reading`-th sample of the device of `rank`, in watts.
    [[nodiscard]] double power(std::uint32_t rank, std::uint64_t reading,
                               const Activity& activity) const;

private:
    [[nodiscard]] double slowness(std::uint32_t rank) const noexcept;
    [[nodiscard]] double computeSeconds(std::uint32_t rank, std::uint64_t step) const;
    [[nodiscard]] double learned(double progress) const noexcept;

    Plan m_plan;
    double m_period_s;
    std::uint64_t m_steps, m_epoch_steps;
};

}  // namespace wattline::simulate
