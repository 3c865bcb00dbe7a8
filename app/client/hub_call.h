// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"
#include "telemetry/transport/client_socket.h"

namespace wattline {

/// hub.json: who owns the workspace's hub and where it listens. The endpoints are empty for the
/// moment in which a hub owns the workspace and has not bound its sockets yet.
struct HubLease {
    std::string host, boot_id, version, ingest, client;
    /// Where it listens for other hosts, if it was told to, and the public key that proves it.
    std::string ingest_tcp, client_tcp, server_key;
    /// Not in the file: the workspace's keys, which alone decide who is its hub.
    std::filesystem::path keys;
    std::int64_t pid = 0;
    std::uint64_t start_ticks = 0, term = 0;
};
[[nodiscard]] std::string toJson(const HubLease& lease);
[[nodiscard]] Result<HubLease> parseHubLease(std::string_view json);
[[nodiscard]] Result<HubLease> readHubLease(const Workspace& workspace);
/// True when the lease's process runs on this host.
[[nodiscard]] bool isAlive(const HubLease& lease) noexcept;
/// True when the hub is another host's: whether it lives shows only in its answers.
[[nodiscard]] bool isElsewhere(const HubLease& lease);
/// True when `lease`, as it lies in the workspace, has no owner any more: its process has ended,
/// its host was rebooted, or it is another host's and was not renewed for a minute.
[[nodiscard]] bool isAbandoned(const Workspace& workspace, const HubLease& lease);
/// A client's line to it: by ipc on its host, else by tcp with the workspace's keys.
[[nodiscard]] Result<std::unique_ptr<ClientSocket>> connectToHub(const HubLease& lease);

/// Finds the hub; starts one (`wattline hub serve`, detached) when there is none and `start` says
/// so, and waits until it answers: ten seconds at most, less when `stop` is requested.
[[nodiscard]] Result<HubLease> findHub(const Workspace& workspace, bool start,
                                       const std::stop_token& stop = {});

struct HubAnswer {
    std::string result;         ///< JSON of the member "result"
    std::vector<Bytes> binary;  ///< further parts
};
/// One synchronous call; `params` is JSON. Waits at most `timeout_ms`.
[[nodiscard]] Result<HubAnswer> callHub(const HubLease& lease, std::string_view method,
                                        std::string_view params, int timeout_ms = 10'000);

/// The spec with a relative imagefolder path made absolute: the hub and the ranks run elsewhere
/// than the person who typed it.
[[nodiscard]] RunSpec withAbsolutePaths(RunSpec spec);

}  // namespace wattline
