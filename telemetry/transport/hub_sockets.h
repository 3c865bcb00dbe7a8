// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/transport/client_socket.h"
#include "telemetry/transport/gate.h"
#include "telemetry/transport/keys.h"
#include "telemetry/transport/listen_address.h"

namespace wattline {

/// What the doors and sockets refused, by cause.
struct TransportCounters {
    Refusals doors;              ///< connections
    std::int64_t oversized = 0;  ///< messages of more than kMaxIngestBytes
    std::int64_t misshapen = 0;  ///< messages with the wrong number of parts
};

/// The hub's ROUTER sockets: two on ipc in a verified 0700 folder, for processes of this user, and
/// two on tcp when asked for, for whoever has a key. One peer can fill its own queue only: each is
/// read in turn, and what it may have waiting is bounded in messages and bytes.
/// Threads: one owner, which created it.
class HubSockets {
public:
    /// A larger frame is refused (its records are in the journal); twice as much ends the
    /// connection.
    static constexpr int kMaxIngestBytes = 2 << 20;

    /// On ipc alone.
    [[nodiscard]] static Result<std::unique_ptr<HubSockets>>
    bind(const std::filesystem::path& folder);
    /// On ipc, and on tcp at this address. Keys that are missing are made; one that other people
    /// could have read is refused.
    [[nodiscard]] static Result<std::unique_ptr<HubSockets>>
    bind(const std::filesystem::path& folder, const ListenAddress& address, const KeyFolder& keys);
    ~HubSockets();
    HubSockets(const HubSockets&) = delete;
    HubSockets& operator=(const HubSockets&) = delete;

    /// For hub.json; the last three are empty without tcp.
    struct Endpoints {
        std::string ingest, client, ingest_tcp, client_tcp, server_key;
    };
    [[nodiscard]] const Endpoints& endpoints() const noexcept;
    [[nodiscard]] std::string ingestEndpoint() const { return endpoints().ingest; }
    [[nodiscard]] std::string clientEndpoint() const { return endpoints().client; }

    /// A message where ZeroMQ holds it: valid during the handler's call.
    struct Delivery {
        PeerRole role;                                      ///< Rank for a rank's frame
        const std::string& peer;                            ///< opaque address to answer to
        std::span<const std::span<const std::byte>> parts;  ///< of a rank: its one frame
    };
    using Handler = std::function<void(const Delivery&)>;
    enum class WaitFor { Clients, Everybody };
    /// Waits until something has arrived, at most `timeout_ms`.
    void wait(WaitFor whom, int timeout_ms);
    /// Hands out what has arrived, at most `max` messages, without waiting; how many it were.
    int takeFromRanks(int max, const Handler& handler);
    int takeFromClients(int max, const Handler& handler);

    struct Incoming {
        bool from_client = false;  ///< else from a rank
        PeerRole role = PeerRole::Rank;
        std::string peer;
        std::vector<Bytes> parts;
    };
    /// The next message as a copy, waiting at most `timeout_ms`. Empty on time-out.
    [[nodiscard]] std::optional<Incoming> receive(int timeout_ms);

    /// Never blocks; false when the peer is gone or full.
    bool sendToRank(const std::string& peer, std::span<const std::byte> frame);
    bool sendToClient(const std::string& peer, std::span<const Bytes> parts);

    [[nodiscard]] TransportCounters counters() const noexcept;

private:
    struct Impl;
    explicit HubSockets(std::unique_ptr<Impl> impl);
    [[nodiscard]] static Result<std::unique_ptr<HubSockets>>
    bindBoth(const std::filesystem::path& folder, const ListenAddress* address,
             const KeyFolder* keys);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
