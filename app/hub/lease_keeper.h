// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/client/hub_call.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"
#include "telemetry/transport/hub_sockets.h"

namespace wattline {

/// Ownership of a workspace: hub.json. Created by link(), so that exactly one of several hubs that
/// start at once gets it; renewed by its time stamp; given back at the end. A lease whose process
/// is dead is taken over with the next term. One that another host wrote is taken over when it was
/// not renewed for a minute, or when that host is this one before it was rebooted.
/// Threads: one owner.
class LeaseKeeper {
public:
    /// ExitCode::Unreachable, with a sentence that names the owner, when there is another hub.
    [[nodiscard]] static Result<std::unique_ptr<LeaseKeeper>> acquire(const Workspace& workspace);
    ~LeaseKeeper();  ///< removes hub.json if it is still ours
    LeaseKeeper(const LeaseKeeper&) = delete;
    LeaseKeeper& operator=(const LeaseKeeper&) = delete;

    /// Says where the hub listens.
    [[nodiscard]] Result<void> publish(const HubSockets::Endpoints& endpoints);
    /// Renews the time stamp. False when hub.json is no longer ours: stop writing.
    [[nodiscard]] bool renew();
    [[nodiscard]] const HubLease& lease() const noexcept { return m_lease; }

private:
    LeaseKeeper(Workspace workspace, HubLease lease)
        : m_workspace(std::move(workspace)), m_lease(std::move(lease)) {}
    [[nodiscard]] bool isOurs() const;

    Workspace m_workspace;
    HubLease m_lease;
};

}  // namespace wattline
