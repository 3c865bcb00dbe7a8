// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/counter_meter.h"

namespace wattline {

PowerReading CounterMeter::take(double raw_j, std::int64_t now_ns) noexcept {
    const auto seconds = [now_ns](std::int64_t since_ns) {
        return static_cast<double>(now_ns - since_ns) / kNanosPerSecond;
    };
    const double before_j = m_value_j;
    m_value_j = m_counter.update(raw_j, seconds(m_counted_ns));
    m_counted_ns = now_ns;
    if (m_value_j < before_j) {  // a reset: no mean reaches over it
        m_mean.reset();
        m_mean_j = m_value_j;
        m_mean_ns = now_ns;
    } else if (now_ns - m_mean_ns >= m_shortest_ns) {
        m_mean = Joules{m_value_j - m_mean_j} / Seconds{seconds(m_mean_ns)};
        m_mean_j = m_value_j;
        m_mean_ns = now_ns;
    }
    return {m_mean, Joules{m_value_j}, {}};
}

}  // namespace wattline
