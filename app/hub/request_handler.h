// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/client/hub_call.h"
#include "app/hub/command_desk.h"
#include "app/hub/disk_watch.h"
#include "app/hub/launch_desk.h"
#include "app/hub/run_registry.h"
#include "telemetry/transport/hub_sockets.h"

namespace wattline {

/// What came in, for `status`.
struct HubCounters {
    std::int64_t frames = 0;            ///< from ranks, well-formed
    std::int64_t bad_frames = 0;        ///< refused by the decoder, or of a run that is not here
    std::int64_t unknown_frames = 0;    ///< of a kind that a later version sends
    std::int64_t bad_requests = 0;      ///< from clients
    std::int64_t refused_requests = 0;  ///< from clients whose key may look and not steer
};

/// The hub's methods (WIRE.md, "Clients"). Nothing that a client sends is trusted: what is no
/// request gets an error, or nothing when it has no id to answer to. Threads: one owner.
class RequestHandler {
public:
    struct Parts {
        Workspace workspace;
        RunRegistry& registry;
        CommandDesk& commands;
        LaunchDesk& launches;
        HubCounters& counters;
        const Clock& clock;
        HubLease lease;
        std::function<TransportCounters()> transport;
        std::function<DiskWatch::Report()> disk;
    };
    explicit RequestHandler(Parts parts)
        : m_parts(std::move(parts)), m_started_ns(m_parts.clock.monotonicNs()) {}

    using Answer = std::function<void(std::vector<Bytes>)>;
    /// Calls `answer` once, at once or later from the owner's thread, or never for bytes that are
    /// no request at all.
    void handle(std::span<const std::span<const std::byte>> message, PeerRole role,
                const Answer& answer);

    [[nodiscard]] bool shutdownRequested() const noexcept { return m_shutdown; }

private:
    Parts m_parts;
    std::int64_t m_started_ns;
    bool m_shutdown = false;

    struct Request;
    void dispatch(const Request& request, const Answer& answer);
    void steer(const Request& request, const Answer& answer);
    [[nodiscard]] std::string hello() const;
    [[nodiscard]] std::string status() const;
    [[nodiscard]] Result<std::string> snapshot(const Request& request);
    void series(const Request& request, const Answer& answer);
    void preview(const Request& request, const Answer& answer);
    void launch(const Request& request, const Answer& answer);
    [[nodiscard]] Result<std::string> command(const Request& request);
    [[nodiscard]] Result<std::string> rebuild(const Request& request);
};

}  // namespace wattline
