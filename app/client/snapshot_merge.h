// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

#include "app/client/hub_protocol.h"
#include "telemetry/core/feed.h"

namespace wattline {

/// What a client knows, put together from the changes that a hub sends. Each snapshot that differs
/// from the one before has a revision of its own, whichever hub it came from. Threads: one owner.
class SnapshotMerge {
public:
    explicit SnapshotMerge(std::string workspace) : m_workspace(std::move(workspace)) {}

    /// A hub answers: what another one said before no longer counts.
    void connected(const HubLease& hub);
    /// No hub answers; the runs last seen stay, with `status` saying why they are not fresh.
    void disconnected(std::string status);
    void apply(SnapshotChanges changes);

    /// What to ask the hub for: its revision that was seen last, 0 for everything.
    [[nodiscard]] std::uint64_t since() const noexcept { return m_since; }
    /// Newest run first. The same object until something changes.
    [[nodiscard]] std::shared_ptr<const Snapshot> current();

private:
    std::string m_workspace;
    std::map<RunId, RunSummary, std::greater<>> m_runs;
    std::uint64_t m_since = 0;
    bool m_replace = true;  ///< the next changes are everything that the hub knows
    bool m_connected = false;
    std::string m_status, m_host;
    std::int64_t m_pid = 0;
    bool m_changed = true;
    std::shared_ptr<const Snapshot> m_current;
};

}  // namespace wattline
