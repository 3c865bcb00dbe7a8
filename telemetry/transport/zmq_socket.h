// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline {

using Bytes = std::vector<std::byte>;

/// Owns a ZeroMQ context; must outlive its sockets. Threads: any.
class ZmqContext {
public:
    ZmqContext();
    ~ZmqContext();  ///< waits for the sockets' linger time
    ZmqContext(const ZmqContext&) = delete;
    ZmqContext& operator=(const ZmqContext&) = delete;
    [[nodiscard]] void* handle() const noexcept { return m_handle; }

private:
    void* m_handle;
};

enum class ZmqRole { Router, Dealer };

/// Bounds of a socket; the defaults suit a client.
struct ZmqLimits {
    int high_water_mark = 1000;  ///< messages per peer and direction
    int linger_ms = 0;           ///< how long closing waits for what is not sent yet
    bool connected_only =
        false;  ///< send() refuses while no peer is connected, instead of queueing
};

/// A message that is larger than this ends its peer's connection.
inline constexpr int kMaxMessageBytes = 32 << 20;
/// A message with more parts than this is read and thrown away.
inline constexpr std::size_t kMaxParts = 16;

/// A ZeroMQ socket that never blocks. The library's header stays in the .cpp file.
/// Threads: one owner, which created it.
class ZmqSocket {
public:
    [[nodiscard]] static Result<ZmqSocket> open(const ZmqContext& context, ZmqRole role,
                                                const ZmqLimits& limits);
    ZmqSocket(ZmqSocket&& other) noexcept;
    ZmqSocket& operator=(ZmqSocket&& other) noexcept;
    ZmqSocket(const ZmqSocket&) = delete;
    ZmqSocket& operator=(const ZmqSocket&) = delete;
    ~ZmqSocket();

    [[nodiscard]] Result<void> bind(const std::string& endpoint);
    [[nodiscard]] Result<void> connect(const std::string& endpoint);
    /// All parts or none. False when the peer is gone or its queue is full.
    bool send(std::span<const std::span<const std::byte>> parts) noexcept;
    /// The next whole message, if one has arrived.
    [[nodiscard]] std::optional<std::vector<Bytes>> receive();
    [[nodiscard]] void* handle() const noexcept { return m_handle; }

private:
    explicit ZmqSocket(void* handle) noexcept : m_handle(handle) {}
    void* m_handle;
};

/// Waits until one of the sockets can be read; true at [i] then. All false on time-out or signal.
[[nodiscard]] std::vector<bool> waitReadable(std::span<const ZmqSocket* const> sockets,
                                             int timeout_ms);

}  // namespace wattline
