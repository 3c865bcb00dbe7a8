// SPDX-License-Identifier: Apache-2.0
#include "app/client/snapshot_merge.h"

namespace wattline {

void SnapshotMerge::connected(const HubLease& hub) {
    m_connected = true;
    m_status.clear();
    m_host = hub.host;
    m_pid = hub.pid;
    m_since = 0;
    m_replace = true;
    m_changed = true;
}

void SnapshotMerge::disconnected(std::string status) {
    if (!m_connected && status == m_status) return;
    m_connected = false;
    m_status = std::move(status);
    m_pid = 0;
    m_changed = true;
}

void SnapshotMerge::apply(SnapshotChanges changes) {
    if (m_replace) {
        m_changed = m_changed || !m_runs.empty();
        m_runs.clear();
        m_replace = false;
    }
    m_since = changes.revision;
    m_changed = m_changed || !changes.runs.empty() || !changes.removed.empty();
    for (const auto& id : changes.removed)
        m_runs.erase(id);
    for (auto& run : changes.runs)
        m_runs.insert_or_assign(run.spec.id, std::move(run));
}

std::shared_ptr<const Snapshot> SnapshotMerge::current() {
    if (!m_changed && m_current) return m_current;
    auto next = std::make_shared<Snapshot>();
    next->revision = m_current ? m_current->revision + 1 : 1;
    next->connected = m_connected;
    next->status = m_status;
    next->workspace = m_workspace;
    next->host = m_host;
    next->hub_pid = m_pid;
    for (const auto& [id, run] : m_runs)
        next->runs.push_back(run);
    m_current = std::move(next);
    m_changed = false;
    return m_current;
}

}  // namespace wattline
