// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/simulated_source.h"

namespace wattline {

SimulatedSource::SimulatedSource(std::vector<SimulatedDevice> simulated, const Clock& clock)
    : m_clock(clock), m_start_ns(clock.monotonicNs()), m_simulated(std::move(simulated)) {
    for (auto& each : m_simulated) {
        each.device.method = EnergyMethod::Simulated;
        each.device.has_counter = static_cast<bool>(each.energy);
        m_devices.push_back(each.device);
    }
}

PowerReading SimulatedSource::read(std::size_t device, ReadRequest what) {
    PowerReading reading;
    if (device >= m_simulated.size()) return reading;
    const auto& model = m_simulated[device];
    const double t_s = static_cast<double>(m_clock.monotonicNs() - m_start_ns) / kNanosPerSecond;
    if (model.power) reading.power = model.power(t_s);
    if (what.counter && model.energy) reading.counter = model.energy(t_s);
    return reading;
}

}  // namespace wattline
