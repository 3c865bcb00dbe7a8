// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>

#include "telemetry/transport/hub_route.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {

/// What the links of one process share: one ZeroMQ context, so one I/O thread of the library, and
/// one look at hub.json. Threads: any.
struct HubLinkShared {
    HubLinkShared(HubFinder::Options where, int max_sockets)
        : context(max_sockets), finder(std::move(where)) {}
    ZmqContext context;
    HubFinder finder;
};

/// One connection to the hub, wherever it is at the moment: a DEALER that follows the workspace's
/// hub, comes back by itself, and never blocks.
///
///   no route ──▶ connecting ──▶ taking frames ──▶ (the route changes) ──▶ connecting
///                   ▲   took nothing for 10 s, 20 s … 80 s │
///                   └──────────── a new socket ◀───────────┘
///
/// Threads: one owner.
class HubLink {
public:
    /// `queued`: messages kept for a hub that reads slowly.
    HubLink(std::shared_ptr<HubLinkShared> shared, int queued)
        : m_shared(std::move(shared)), m_queued(queued) {}

    /// False when there is no hub, or it does not keep up.
    bool send(std::span<const std::span<const std::byte>> parts) noexcept;
    /// False when nothing has arrived.
    bool receive(ZmqMessage& message) noexcept;
    /// About once a second: follows a hub that moved, replaces a connection that leads nowhere.
    void follow();
    /// As follow() failed: the next call begins anew.
    void drop() noexcept { m_socket.reset(); }
    /// For waitReadable(); null while there is no socket.
    [[nodiscard]] void* handle() const noexcept { return m_socket ? m_socket->handle() : nullptr; }

private:
    void connect(std::chrono::steady_clock::time_point now);

    static constexpr std::chrono::milliseconds kFirstPatience{10'000}, kLastPatience{80'000};
    std::shared_ptr<HubLinkShared> m_shared;  ///< before the socket: ends after it
    int m_queued;
    HubRoute m_route;
    std::optional<ZmqSocket> m_socket;
    bool m_took = false;  ///< something, since follow() last looked
    std::chrono::milliseconds m_patience = kFirstPatience;
    std::chrono::steady_clock::time_point m_replace_at;
};

}  // namespace wattline
