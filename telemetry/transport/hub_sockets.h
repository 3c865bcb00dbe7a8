// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline {

using Bytes = std::vector<std::byte>;

/// The hub's two ROUTER sockets on ipc, in a verified 0700 folder.
/// Threads: one owner, which created it.
class HubSockets {
public:
    [[nodiscard]] static Result<std::unique_ptr<HubSockets>>
    bind(const std::filesystem::path& folder);
    ~HubSockets();
    HubSockets(const HubSockets&) = delete;
    HubSockets& operator=(const HubSockets&) = delete;

    [[nodiscard]] std::string ingestEndpoint() const;
    [[nodiscard]] std::string clientEndpoint() const;

    struct Incoming {
        bool from_client = false;  ///< else from a rank
        std::string peer;          ///< opaque address to answer to
        std::vector<Bytes> parts;
    };
    /// The next message, waiting at most `timeout_ms`. Empty on time-out.
    [[nodiscard]] std::optional<Incoming> receive(int timeout_ms);
    /// Never blocks; false when the peer is gone or full.
    bool sendToRank(const std::string& peer, std::span<const std::byte> frame);
    bool sendToClient(const std::string& peer, std::span<const Bytes> parts);

private:
    struct Impl;
    explicit HubSockets(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// A client's DEALER. Threads: one owner.
class ClientSocket {
public:
    [[nodiscard]] static Result<std::unique_ptr<ClientSocket>> connect(const std::string& endpoint);
    ~ClientSocket();
    ClientSocket(const ClientSocket&) = delete;
    ClientSocket& operator=(const ClientSocket&) = delete;
    bool send(std::string_view json);
    [[nodiscard]] std::optional<std::vector<Bytes>> receive(int timeout_ms);

private:
    struct Impl;
    explicit ClientSocket(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
