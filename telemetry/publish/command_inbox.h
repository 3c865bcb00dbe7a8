// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <unordered_set>

#include "telemetry/core/mutex.h"
#include "telemetry/wire/messages.h"

namespace wattline {

/// Commands on their way to the training thread: each id once, in order of arrival, whichever way
/// it came. Threads: any.
class CommandInbox {
public:
    /// False when a command with this id came before.
    bool offer(wire::Command command);
    /// The next command. One atomic load when there is none.
    [[nodiscard]] std::optional<wire::Command> take();

private:
    Mutex m_mutex;
    std::deque<wire::Command> m_queue WATTLINE_GUARDED_BY(m_mutex);
    std::unordered_set<std::string> m_seen WATTLINE_GUARDED_BY(m_mutex);
    std::atomic<std::size_t> m_waiting{0};
};

}  // namespace wattline
