// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/sampler.h"

#include <algorithm>

namespace wattline::simulate {

bool Sampler::fails(std::uint32_t rank) const noexcept {
    return std::ranges::any_of(m_plan.sensor_faults, [&](const SensorFault& fault) {
        return fault.rank == rank && nextS() >= fault.at_s && nextS() < fault.at_s + fault.for_s;
    });
}

/// At the first reading from the fault's time on.
bool Sampler::resets(std::uint32_t rank) const noexcept {
    return std::ranges::any_of(m_plan.sensor_faults, [&](const SensorFault& fault) {
        return fault.rank == rank && fault.resets && nextS() >= fault.at_s &&
               nextS() - m_plan.sample_period_s < fault.at_s;
    });
}

void Sampler::read(const CostModel::Activity& activity, const Take& take) {
    for (std::uint32_t rank = 0; rank < m_plan.ranks; ++rank) {
        auto& counter = m_counters[rank];
        const double power = m_model.power(rank, m_reading, activity);
        if (m_reading > 0) counter.j += 0.5 * (counter.last_w + power) * m_plan.sample_period_s;
        counter.last_w = power;
        if (resets(rank)) counter.j = 0.0;
        PowerRecord record;
        record.device = rank % m_plan.ranksPerNode();
        if (!fails(rank)) {
            record.power_w = power;
            record.counter_j = counter.j;
        }
        take(rank, record);
    }
    ++m_reading;
}

}  // namespace wattline::simulate
