// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/power/power_source.h"
#include "telemetry/power/wrapping_counter.h"

namespace wattline {

/// Makes readings of a sensor that has a counter of joules and nothing else: power is the mean
/// since the read before. Threads: one owner.
class CounterMeter {
public:
    /// `shortest_ns`: over less than this a mean would be noise of the counter's ticks.
    CounterMeter(double first_j, double range_j, std::int64_t now_ns, std::int64_t shortest_ns)
        : m_counter(first_j, range_j), m_value_j(first_j), m_counted_ns(now_ns), m_mean_j(first_j),
          m_mean_ns(now_ns), m_shortest_ns(shortest_ns) {}

    /// The counter read `raw_j` at `now_ns`. Within `shortest_ns` the last mean is repeated.
    [[nodiscard]] PowerReading take(double raw_j, std::int64_t now_ns) noexcept;

private:
    WrappingCounter m_counter;
    double m_value_j;
    std::int64_t m_counted_ns;
    double m_mean_j;
    std::int64_t m_mean_ns;
    std::int64_t m_shortest_ns;
    std::optional<Watts> m_mean;
};

}  // namespace wattline
