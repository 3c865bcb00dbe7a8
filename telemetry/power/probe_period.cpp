// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/probe_period.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace wattline {
namespace {

constexpr std::int64_t kSlowestNs = 64'000'000;
constexpr int kPatience = 8;        ///< reads before a slower pace is tried
constexpr std::size_t kFewest = 3;  ///< changes

/// Times at which a figure changed; the first value is no change, since nobody saw it come.
class ChangeTimes {
public:
    void see(double value, std::int64_t at_ns) {
        if (m_last && *m_last != value) m_times_ns.push_back(at_ns);
        m_last = value;
    }
    /// The median is not bent by changes that were missed or by a thread that was put aside.
    [[nodiscard]] std::optional<double> period() const {
        if (m_times_ns.size() < kFewest + 1) return std::nullopt;
        std::vector<std::int64_t> steps;
        for (std::size_t i = 1; i < m_times_ns.size(); ++i)
            steps.push_back(m_times_ns[i] - m_times_ns[i - 1]);
        const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
        std::ranges::nth_element(steps, middle);
        return static_cast<double>(*middle) / kNanosPerSecond;
    }

private:
    std::optional<double> m_last;
    std::vector<std::int64_t> m_times_ns;
};

void pause(const ProbeOptions& options, std::int64_t ns) {
    if (options.sleep)
        options.sleep(ns);
    else
        std::this_thread::sleep_for(std::chrono::nanoseconds(ns));
}

}  // namespace

SensorPeriod probePeriod(PowerSource& source, std::size_t device, const Clock& clock,
                         const ProbeOptions& options) {
    SensorPeriod found;
    ChangeTimes power, counter;
    std::int64_t interval_ns = options.interval_ns;
    int reads = 0, failed = 0;  // at this pace
    const std::int64_t end_ns = clock.monotonicNs() + options.duration_ns;
    while (clock.monotonicNs() < end_ns && !(options.cancelled && options.cancelled())) {
        const auto reading = source.read(device, {.counter = true, .state = false});
        const std::int64_t now_ns = clock.monotonicNs();
        ++reads;
        if (reading.power)
            power.see(reading.power->value, now_ns);
        else
            ++failed;
        if (reading.counter) counter.see(reading.counter->value, now_ns);
        ++found.reads;
        if (!reading.power) ++found.failed;
        if (reads >= kPatience && 2 * failed >= reads && interval_ns < kSlowestNs) {
            interval_ns = std::min(2 * interval_ns, kSlowestNs);
            reads = failed = 0;
            power = {};
        }
        pause(options, interval_ns);
    }
    found.power_s = power.period();
    found.counter_s = counter.period();
    return found;
}

}  // namespace wattline
