// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sensor_checkup.h"

#include <cmath>
#include <map>

#include "app/cli/wording.h"

namespace wattline::cli {
namespace {

std::vector<std::string> told(const PowerReading& reading) {
    std::vector<std::string> list;
    const auto add = [&list](bool there, const char* what) {
        if (there) list.emplace_back(what);
    };
    const auto& state = reading.state;
    add(reading.power.has_value(), "power");
    add(reading.counter.has_value(), "counter");
    add(std::isfinite(state.temperature_c), "temperature");
    add(std::isfinite(state.sm_clock_mhz), "clock");
    add(std::isfinite(state.memory_clock_mhz), "memory clock");
    add(std::isfinite(state.utilisation), "utilisation");
    add(std::isfinite(state.power_limit_w), "power limit");
    add(state.throttle != throttle::kUnknown, "throttle reasons");
    add(std::isfinite(state.memory_used_bytes), "memory in use");
    return list;
}

}  // namespace

std::vector<SensorLine> checkSensors(const std::vector<std::unique_ptr<PowerSource>>& sources,
                                     const Clock& clock, std::int64_t watch_ns) {
    std::vector<SensorLine> lines;
    std::map<std::string, SensorPeriod> by_sensor;
    for (const auto& source : sources)
        for (std::size_t i = 0; i < source->devices().size(); ++i) {
            const auto& device = source->devices()[i];
            auto [period, is_new] = by_sensor.try_emplace(device.sensor + device.label);
            if (is_new && watch_ns > 0) {
                ProbeOptions options;
                options.duration_ns = watch_ns;
                period->second = probePeriod(*source, i, clock, options);
            }
            // After the watch, so that a mean since the read before is known, too.
            const auto reading = source->read(i, {.counter = true, .state = true});
            lines.push_back(
                {device, told(reading), period->second.power_s, period->second.counter_s});
        }
    return lines;
}

std::string periodText(std::optional<double> seconds) {
    if (!seconds) return kUnknown;
    return *seconds < 0.9995 ? fixed(*seconds * 1000.0, 0) + " ms" : fixed(*seconds, 1) + " s";
}

}  // namespace wattline::cli
