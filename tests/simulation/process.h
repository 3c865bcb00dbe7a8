// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "telemetry/core/clock.h"

namespace wattline::sim {

constexpr std::int64_t kMilli = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMilli;
/// UTC at the beginning of each history.
constexpr std::int64_t kEpochNs = 1'795'000'000'000'000'000;

/// A process as the simulated kernel knows it. One that is killed in the middle of its work goes on
/// computing until its turn ends, but nothing that it does has an effect any more: seen from
/// outside, it died at that system call.
struct Process {
    int host = 0;
    bool dead = false;
    std::int64_t calls_left = -1;       ///< dies in the call that finds 0 here; -1: lives on
    std::int64_t blocked_until_ns = 0;  ///< sleeps in a call that stalls
    std::function<void()> on_death;     ///< what the world notes at that moment
    std::function<void(std::span<const std::byte>)> on_send;  ///< looks at every frame that leaves

    void die() {
        if (dead) return;
        dead = true;
        if (on_death) on_death();
    }
    /// False: dead before this call, or in it.
    bool enter() {
        if (dead) return false;
        if (calls_left == 0) {
            die();
            return false;
        }
        if (calls_left > 0) --calls_left;
        return true;
    }
};

/// A host's clocks: each host has been up for another time and has another idea of UTC.
class HostClock final : public Clock {
public:
    HostClock(const std::int64_t& world_ns, std::int64_t up_ns, std::int64_t skew_ns) noexcept
        : m_world_ns(world_ns), m_up_ns(up_ns), m_skew_ns(skew_ns) {}
    [[nodiscard]] std::int64_t monotonicNs() const noexcept override {
        return m_world_ns + m_up_ns;
    }
    [[nodiscard]] std::int64_t boottimeNs() const noexcept override { return m_world_ns + m_up_ns; }
    [[nodiscard]] std::int64_t realtimeNs() const noexcept override {
        return kEpochNs + m_world_ns + m_skew_ns;
    }

private:
    const std::int64_t& m_world_ns;
    std::int64_t m_up_ns, m_skew_ns;
};

}  // namespace wattline::sim
