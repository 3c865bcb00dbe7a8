// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline {

using Bytes = std::vector<std::byte>;

/// Owns a ZeroMQ context; must outlive its sockets. Threads: any.
class ZmqContext {
public:
    /// `max_sockets`: how many sockets it may open; 0: the library's own limit (about a thousand).
    explicit ZmqContext(int max_sockets = 0);
    ~ZmqContext();  ///< waits for the sockets' linger time
    ZmqContext(const ZmqContext&) = delete;
    ZmqContext& operator=(const ZmqContext&) = delete;
    [[nodiscard]] void* handle() const noexcept { return m_handle; }

private:
    void* m_handle;
};

enum class ZmqRole { Router, Dealer, Reply };

/// A message that is larger than this ends its peer's connection.
inline constexpr int kMaxMessageBytes = 32 << 20;
/// A message with more parts than this is read and thrown away.
inline constexpr std::size_t kMaxParts = 16;

/// Bounds of a socket; the defaults suit a client.
struct ZmqLimits {
    int high_water_mark = 1000;  ///< messages per peer and direction
    int linger_ms = 0;           ///< how long closing waits for what is not sent yet
    /// send() refuses while no peer is connected, instead of queueing
    bool connected_only = false;
    int max_message_bytes = kMaxMessageBytes;
};

/// The server's side of CURVE. Texts are Z85, 40 characters.
struct CurveServer {
    std::string secret_key;
    std::string domain;  ///< what the gate is told a peer wants in to
};
/// The client's side of CURVE.
struct CurveClient {
    std::string server_key;  ///< public; a server that has not its other half is not spoken to
    std::string public_key, secret_key;
    bool operator==(const CurveClient&) const = default;
};

/// A message as ZeroMQ holds it, without a copy; to be used again for the next one.
/// Threads: one owner.
class ZmqMessage {
public:
    ZmqMessage() = default;
    ~ZmqMessage() { clear(); }
    ZmqMessage(const ZmqMessage&) = delete;
    ZmqMessage& operator=(const ZmqMessage&) = delete;

    /// Valid until the message is used again.
    [[nodiscard]] std::span<const std::span<const std::byte>> parts() const noexcept {
        return std::span(m_views).first(m_count);
    }
    /// Who the gate said the sender is; empty on a socket without CURVE.
    [[nodiscard]] std::string_view user() const noexcept;
    [[nodiscard]] std::vector<Bytes> copy() const;
    void clear() noexcept;

private:
    friend class ZmqSocket;
    struct alignas(std::max_align_t) Handle {
        std::array<std::byte, 64> storage;  ///< a zmq_msg_t
    };
    std::array<Handle, kMaxParts> m_handles;
    std::array<std::span<const std::byte>, kMaxParts> m_views;
    std::size_t m_count = 0;
};

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

    /// Before bind(): only whom a gate (gate.h) lets in may speak; without a gate nobody.
    [[nodiscard]] Result<void> serveCurve(const CurveServer& curve);
    /// Before connect().
    [[nodiscard]] Result<void> useCurve(const CurveClient& curve);
    /// Before bind() on ipc: processes of other users are refused, whatever the folder's mode.
    [[nodiscard]] Result<void> onlyUser(uid_t user);
    /// Before bind() or connect(): failures go to a ZmqMonitor at this inproc address.
    [[nodiscard]] Result<void> watchFailures(const std::string& monitor_address);

    [[nodiscard]] Result<void> bind(const std::string& endpoint);
    [[nodiscard]] Result<void> connect(const std::string& endpoint);
    /// Where bind() ended up: the port that was free.
    [[nodiscard]] std::string boundEndpoint() const;
    /// All parts or none. False when the peer is gone or its queue is full.
    bool send(std::span<const std::span<const std::byte>> parts) noexcept;

    enum class Received { Nothing, Message, TooManyParts };
    /// The next whole message, if one has arrived; one with too many parts is thrown away.
    [[nodiscard]] Received receive(ZmqMessage& message) noexcept;
    [[nodiscard]] std::optional<std::vector<Bytes>> receive();
    [[nodiscard]] void* handle() const noexcept { return m_handle; }

private:
    explicit ZmqSocket(void* handle) noexcept : m_handle(handle) {}
    void* m_handle;
};

/// Why a peer was not let in.
enum class ZmqFailure { AcceptRefused, Protocol, Authentication, Unknown };

/// Hears of a socket's failed connections. Threads: one owner.
class ZmqMonitor {
public:
    [[nodiscard]] static Result<ZmqMonitor> connect(const ZmqContext& context,
                                                    const std::string& address);
    ZmqMonitor(ZmqMonitor&& other) noexcept;
    ZmqMonitor& operator=(ZmqMonitor&&) = delete;
    ZmqMonitor(const ZmqMonitor&) = delete;
    ZmqMonitor& operator=(const ZmqMonitor&) = delete;
    ~ZmqMonitor();
    /// The next failure, if there was one.
    [[nodiscard]] std::optional<ZmqFailure> next() noexcept;
    [[nodiscard]] void* handle() const noexcept { return m_handle; }

private:
    explicit ZmqMonitor(void* handle) noexcept : m_handle(handle) {}
    void* m_handle;
};

/// Waits until one of the sockets can be read; bit i is set then. None on time-out or signal.
/// At most 32 handles of sockets or monitors.
[[nodiscard]] std::uint32_t waitReadable(std::span<void* const> handles, int timeout_ms) noexcept;

}  // namespace wattline
