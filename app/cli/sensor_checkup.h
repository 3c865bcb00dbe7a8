// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/detect_sources.h"
#include "telemetry/power/probe_period.h"

namespace wattline::cli {

/// What `wattline doctor` says of one device that can be measured.
struct SensorLine {
    PowerDevice device;
    std::vector<std::string> tells;   ///< "power", "counter", "temperature", ...: what was read
    std::optional<double> power_s;    ///< how often the power moved while it was watched
    std::optional<double> counter_s;  ///< the same for the counter
};

/// Reads each device once and watches one device of each kind of sensor for `watch_ns`: boards of
/// one kind move alike. Blocks. Threads: the sources' owner.
[[nodiscard]] std::vector<SensorLine>
checkSensors(const std::vector<std::unique_ptr<PowerSource>>& sources, const Clock& clock,
             std::int64_t watch_ns);

/// "2 ms" and the like; a dash when not known.
[[nodiscard]] std::string periodText(std::optional<double> seconds);

}  // namespace wattline::cli
