// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "app/hub/command_desk.h"
#include "app/hub/run_registry.h"
#include "telemetry/core/clock.h"

namespace wattline {

/// Tells each connected rank every five seconds how far its records are stored. A publisher may
/// make nothing of it: the journal stays the truth. Threads: one owner.
class Acknowledger {
public:
    Acknowledger(const RunRegistry& registry, const Clock& clock, CommandDesk::SendToRank send)
        : m_registry(registry), m_clock(clock), m_send(std::move(send)) {}
    /// To be called often.
    void tend();

private:
    const RunRegistry& m_registry;
    const Clock& m_clock;
    CommandDesk::SendToRank m_send;
    std::int64_t m_next_ns = 0;
};

}  // namespace wattline
