// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>

#include "app/hub/run_registry.h"
#include "telemetry/core/clock.h"
#include "telemetry/core/run_state.h"

namespace wattline {

/// Commands from clients to runs. Each becomes control/ID.json in the run folder, written by
/// rename, and a frame to rank 0 when it is connected; whichever rank 0 sees first counts, by id.
/// The file outlives this hub, so nothing is asked again after a restart.
///
/// A stop that the run does not obey is enforced, gently first:
///
///   asked ──10 s──▶ TERM to job.sh (ranks end in order) ──60 s──▶ TERM to mpirun ──75 s──▶ KILL
///
/// counted from the request, or with a minute more once rank 0 has accepted it (it may be in the
/// middle of a long evaluation). Threads: one owner.
class CommandDesk {
public:
    using SendToRank = std::function<bool(const std::string& peer, std::span<const std::byte>)>;
    CommandDesk(const Workspace& workspace, RunRegistry& registry, const Clock& clock,
                SendToRank send);

    /// Accepts or refuses by the state machine; the same id twice is accepted and sent once.
    [[nodiscard]] Result<void> issue(const RunId& run, CommandKind kind, const std::string& id);
    /// Looks into a frame for rank 0's answers.
    void watch(const wire::FrameView& frame);
    /// To be called often: enforces stops.
    void tend();

private:
    struct PendingStop {
        std::int64_t asked_ns = 0;
        bool accepted = false;
        int measures = 0;  ///< how many have been taken
    };
    /// False when rank 0 is not connected or takes no frames.
    [[nodiscard]] bool sendToRankZero(const RunId& run, int attempt,
                                      const std::string& command) const;
    void enforce(const RunId& run, PendingStop& stop);
    /// Stops that an earlier hub was asked for are still files.
    void adoptStops();

    Workspace m_workspace;
    RunRegistry& m_registry;
    const Clock& m_clock;
    SendToRank m_send;
    std::map<RunId, PendingStop> m_stops;
    std::int64_t m_next_tend_ns = 0;
};

}  // namespace wattline
