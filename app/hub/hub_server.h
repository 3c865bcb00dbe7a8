// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace wattline {

struct HubOptions {
    int idle_seconds = 600;  ///< ends after this time without a live run or a client; 0: never
    /// HOST[:PORT] to listen on for other hosts, with CURVE; empty: what the workspace's file
    /// `listen` says, and without one on ipc alone
    std::string listen;
    bool log_to_file = true;  ///< hub.log of the workspace, else the process's default log
};

/// The hub of one workspace: owns its lease, sockets, run histories and catalog.
/// Threads: one owner, which runs it; it keeps one helper thread for launches.
class HubServer {
public:
    /// Takes the lease and binds the sockets. ExitCode::Unreachable, with one sentence, when
    /// another hub owns the workspace.
    [[nodiscard]] static Result<std::unique_ptr<HubServer>> open(const Workspace& workspace,
                                                                 HubOptions options);
    ~HubServer();  ///< stores summaries, gives the lease back
    HubServer(const HubServer&) = delete;
    HubServer& operator=(const HubServer&) = delete;

    /// Serves until `stop` is true, a client asks for a shutdown, the hub was idle for long
    /// enough, or the lease is lost.
    void run(const std::atomic<bool>& stop);

private:
    struct Impl;
    explicit HubServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// What `wattline hub serve` does: logs to hub.log, lets children be reaped by the kernel, and
/// serves until SIGTERM or SIGINT, or until one of the reasons above.
[[nodiscard]] Result<void> serveHub(const Workspace& workspace, HubOptions options);

}  // namespace wattline
