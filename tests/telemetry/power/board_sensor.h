// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"

namespace wattline::test {

/// Sensors that all processes of a host see alike: each device draws 100 W and has a counter that
/// began with the host. What happens at a read is the test's.
class BoardSensor final : public PowerSource {
public:
    static constexpr double kWatts = 100.0;

    /// `period_s` is long, so that a read on a busy machine is not taken for a gap.
    BoardSensor(const std::vector<std::string>& ids, std::string boot_id,
                std::function<void(std::size_t device)> at_read = {}, double period_s = 5.0)
        : m_at_read(std::move(at_read)) {
        for (const auto& id : ids) {
            PowerDevice device;
            device.id = device.label = id;
            device.kind = "gpu";
            device.scope = "board";
            device.sensor = "test";
            device.method = EnergyMethod::Counter;
            device.has_counter = true;
            device.gain_low = 0.95;
            device.gain_high = 1.05;
            device.period_s = period_s;
            device.host = "host of " + boot_id;
            device.boot_id = boot_id;
            m_devices.push_back(std::move(device));
        }
    }

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override {
        ++m_reads;
        if (m_at_read) m_at_read(device);
        PowerReading reading;
        reading.power = Watts{kWatts};
        if (what.counter)
            reading.counter =
                Joules{kWatts * 1e-9 * static_cast<double>(systemClock().monotonicNs())};
        return reading;
    }
    [[nodiscard]] int reads() const noexcept { return m_reads.load(); }

private:
    std::function<void(std::size_t)> m_at_read;
    std::vector<PowerDevice> m_devices;
    std::atomic<int> m_reads = 0;
};

inline std::vector<std::unique_ptr<PowerSource>> onlySource(std::unique_ptr<PowerSource> source) {
    std::vector<std::unique_ptr<PowerSource>> list;
    list.push_back(std::move(source));
    return list;
}

}  // namespace wattline::test
