// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"
#include "telemetry/transport/hub_sockets.h"

namespace wattline {

/// hub.json: who owns the workspace's hub and where it listens.
struct HubLease {
    std::string host, boot_id, version, ingest, client;
    std::int64_t pid = 0;
    std::uint64_t start_ticks = 0, term = 0;
};
[[nodiscard]] Result<HubLease> readHubLease(const Workspace& workspace);
/// True when the lease's process runs on this host.
[[nodiscard]] bool isAlive(const HubLease& lease) noexcept;

/// Finds the hub; starts one (`wattline hub serve`, detached) when there is none and `start` says
/// so, and waits until it answers.
[[nodiscard]] Result<HubLease> findHub(const Workspace& workspace, bool start);

struct HubAnswer {
    std::string result;         ///< JSON of the member "result"
    std::vector<Bytes> binary;  ///< further parts
};
/// One synchronous call; `params` is JSON. Waits at most `timeout_ms`.
[[nodiscard]] Result<HubAnswer> callHub(const HubLease& lease, std::string_view method,
                                        std::string_view params, int timeout_ms = 10'000);

}  // namespace wattline
