// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "telemetry/core/clock.h"

namespace wattline::simulate {

/// The time of a simulation. It begins at the machine's own time; then it either is the machine's,
/// or goes as far as it is told, which may be faster. Threads: advanceTo() one, the rest any.
class SimulatedTime {
public:
    SimulatedTime(const Clock& machine, bool realtime) noexcept
        : m_machine(machine), m_realtime(realtime), m_mono_ns(machine.monotonicNs()),
          m_boottime_ns(machine.boottimeNs()), m_unix_ns(machine.realtimeNs()) {}

    [[nodiscard]] bool realtime() const noexcept { return m_realtime; }
    [[nodiscard]] std::int64_t startedMonoNs() const noexcept { return m_mono_ns; }
    [[nodiscard]] std::int64_t startedUnixNs() const noexcept { return m_unix_ns; }
    /// Since it began.
    [[nodiscard]] std::int64_t elapsedNs() const noexcept {
        return m_realtime ? m_machine.monotonicNs() - m_mono_ns
                          : m_elapsed_ns.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::int64_t boottimeNs() const noexcept { return m_boottime_ns + elapsedNs(); }
    /// Ignored in real time, which passes by itself.
    void advanceTo(std::int64_t elapsed_ns) noexcept {
        m_elapsed_ns.store(elapsed_ns, std::memory_order_relaxed);
    }

private:
    const Clock& m_machine;
    bool m_realtime;
    std::int64_t m_mono_ns, m_boottime_ns, m_unix_ns;
    std::atomic<std::int64_t> m_elapsed_ns{0};
};

/// The clocks of one made-up node: it was started at another time than this machine, and its wall
/// clock is wrong. Threads: any.
class NodeClock final : public Clock {
public:
    NodeClock(const SimulatedTime& time, std::int64_t uptime_offset_ns,
              std::int64_t wall_error_ns) noexcept
        : m_time(time), m_uptime_offset_ns(uptime_offset_ns), m_wall_error_ns(wall_error_ns) {}

    [[nodiscard]] std::int64_t monotonicNs() const noexcept override {
        return at(m_time.elapsedNs());
    }
    [[nodiscard]] std::int64_t boottimeNs() const noexcept override {
        return m_time.boottimeNs() + m_uptime_offset_ns;
    }
    [[nodiscard]] std::int64_t realtimeNs() const noexcept override {
        return m_time.startedUnixNs() + m_time.elapsedNs() + m_wall_error_ns;
    }
    /// Its CLOCK_MONOTONIC when so much of the simulation has passed.
    [[nodiscard]] std::int64_t at(std::int64_t elapsed_ns) const noexcept {
        return m_time.startedMonoNs() + m_uptime_offset_ns + elapsed_ns;
    }

private:
    const SimulatedTime& m_time;
    std::int64_t m_uptime_offset_ns, m_wall_error_ns;
};

}  // namespace wattline::simulate
