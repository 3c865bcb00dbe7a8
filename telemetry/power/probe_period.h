// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// How often a sensor's figures move, as seen from outside. Empty: they moved fewer than three
/// times while they were watched (an idle device holds still), so nothing can be said; a declared
/// period then stays as it is.
struct SensorPeriod {
    std::optional<double> power_s;    ///< median time between two changes of the power
    std::optional<double> counter_s;  ///< the same for the counter: its tick
    int reads = 0;
    int failed = 0;  ///< reads without power: polled too fast, or a sensor that fails
};

struct ProbeOptions {
    std::int64_t duration_ns = 1'500'000'000;
    /// Between two reads. Doubled, up to 64 ms, as long as half of the reads fail: some sensors
    /// refuse when they are asked too often.
    std::int64_t interval_ns = 2'000'000;
    /// Reads are skipped while this says so (a stop was asked for).
    std::function<bool()> cancelled;
    std::function<void(std::int64_t ns)> sleep;  ///< empty: the thread's own; tests advance a clock
};

/// Watches one device for `duration_ns`. Costs what the reads cost: with a counter of 2.4 ms a
/// read, a processor for that time. Threads: the source's owner.
[[nodiscard]] SensorPeriod probePeriod(PowerSource& source, std::size_t device, const Clock& clock,
                                       const ProbeOptions& options = {});

}  // namespace wattline
