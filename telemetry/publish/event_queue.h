// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "telemetry/core/mutex.h"
#include "telemetry/wire/messages.h"

namespace wattline {

/// Rare events on their way to the publisher thread. Threads: any.
class EventQueue {
public:
    /// Takes the event, or counts it as dropped when the publisher is thousands behind.
    void push(wire::Event event) {
        const MutexLock lock(m_mutex);
        if (m_events.size() < kMaxWaiting)
            m_events.push_back(std::move(event));
        else
            ++m_dropped;
    }
    [[nodiscard]] std::vector<wire::Event> takeAll() {
        const MutexLock lock(m_mutex);
        return std::exchange(m_events, {});
    }
    [[nodiscard]] std::uint64_t dropped() const {
        const MutexLock lock(m_mutex);
        return m_dropped;
    }

private:
    static constexpr std::size_t kMaxWaiting = 10'000;

    mutable Mutex m_mutex;
    std::vector<wire::Event> m_events WATTLINE_GUARDED_BY(m_mutex);
    std::uint64_t m_dropped WATTLINE_GUARDED_BY(m_mutex) = 0;
};

}  // namespace wattline
