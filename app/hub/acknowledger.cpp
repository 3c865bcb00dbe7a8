// SPDX-License-Identifier: Apache-2.0
#include "app/hub/acknowledger.h"

#include <vector>

#include "telemetry/wire/frame.h"
#include "telemetry/wire/messages.h"

namespace wattline {

void Acknowledger::tend() {
    constexpr std::int64_t kPeriod = 5'000'000'000;
    const auto now = m_clock.monotonicNs();
    if (now < m_next_ns) return;
    m_next_ns = now + kPeriod;
    std::vector<std::byte> frame;
    for (const auto& reached : m_registry.reachedByRanks()) {
        if (reached.sequence == 0) continue;
        frame.clear();
        wire::appendJson(frame, wire::Kind::Acknowledge,
                         {reached.run, reached.attempt, reached.rank, 0},
                         wire::toJson(wire::Acknowledge{reached.sequence}));
        m_send(reached.peer, frame);  // who is gone needs none
    }
}

}  // namespace wattline
