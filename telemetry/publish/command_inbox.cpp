// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/command_inbox.h"

#include <utility>

namespace wattline {

bool CommandInbox::offer(wire::Command command) {
    const MutexLock lock(m_mutex);
    if (!m_seen.insert(command.id).second) return false;
    m_queue.push_back(std::move(command));
    // Only a hint: what take() reads is guarded by the mutex.
    m_waiting.store(m_queue.size(), std::memory_order_relaxed);
    return true;
}

std::optional<wire::Command> CommandInbox::take() {
    if (m_waiting.load(std::memory_order_relaxed) == 0) return std::nullopt;
    const MutexLock lock(m_mutex);
    if (m_queue.empty()) return std::nullopt;
    auto command = std::move(m_queue.front());
    m_queue.pop_front();
    m_waiting.store(m_queue.size(), std::memory_order_relaxed);
    return command;
}

}  // namespace wattline
