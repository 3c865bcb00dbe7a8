// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "telemetry/simulate/cost_model.h"

namespace wattline::simulate {

/// The made-up sensors of all GPUs: a power and a counter, which is the integral of that power.
/// Threads: one owner.
class Sampler {
public:
    Sampler(const Plan& plan, const CostModel& model)
        : m_plan(plan), m_model(model), m_counters(plan.ranks) {}

    /// When the next reading is due, in s since the run began.
    [[nodiscard]] double nextS() const noexcept {
        return m_from_s + static_cast<double>(m_reading) * m_plan.sample_period_s;
    }
    /// The time of the first reading.
    void startAt(double s) noexcept { m_from_s = s; }
    /// `rank` is the one whose GPU it is; the record's time is left to the caller.
    using Take = std::function<void(std::uint32_t rank, const PowerRecord& record)>;
    /// Reads every GPU, then waits for the next period.
    void read(const CostModel::Activity& activity, const Take& take);

private:
    struct Counter {
        double j = 0.0;
        double last_w = 0.0;  ///< of the reading before
    };
    [[nodiscard]] bool fails(std::uint32_t rank) const noexcept;
    [[nodiscard]] bool resets(std::uint32_t rank) const noexcept;

    const Plan& m_plan;
    const CostModel& m_model;
    double m_from_s = 0.0;
    std::uint64_t m_reading = 0;
    std::vector<Counter> m_counters;  ///< by rank
};

}  // namespace wattline::simulate
