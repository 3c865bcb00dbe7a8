// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// What a simulated device would draw, in closed form, so that power and counter agree.
struct SimulatedDevice {
    PowerDevice device;  ///< its method is made Simulated whatever it says
    std::function<Watts(double t_s)> power;
    /// Energy from 0 to t_s; empty: the device has no counter.
    std::function<Joules(double t_s)> energy;
};

/// Devices that exist only in a model. Their method is `simulated`, so that nobody takes their
/// joules for measured ones. Time is the clock's since construction. Threads: one owner.
class SimulatedSource final : public PowerSource {
public:
    SimulatedSource(std::vector<SimulatedDevice> simulated, const Clock& clock);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    const Clock& m_clock;
    std::int64_t m_start_ns;
    std::vector<SimulatedDevice> m_simulated;
    std::vector<PowerDevice> m_devices;
};

}  // namespace wattline
