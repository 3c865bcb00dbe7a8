// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {

/// What a peer may do. On ipc everybody who comes in is this user, and may do everything.
enum class PeerRole { Rank, View, Control };
[[nodiscard]] std::string_view name(PeerRole role) noexcept;

/// Who was not let in, and why.
struct Refusals {
    std::int64_t unknown_key = 0;    ///< a key that is not in the list
    std::int64_t wrong_role = 0;     ///< a key of the list at a door that is not its own
    std::int64_t bad_handshake = 0;  ///< no key, the wrong hub's key, or no ZeroMQ at all
    std::int64_t other_user = 0;     ///< a process of another user, on ipc
    bool operator==(const Refusals&) const = default;
    [[nodiscard]] std::int64_t total() const noexcept {
        return unknown_key + wrong_role + bad_handshake + other_user;
    }
};

/// The doors of a hub: asked once a connection, by ZeroMQ itself (ZAP, its RFC 27), whether a CURVE
/// key may come in. Whoever is not in the list stays out, and so does everybody while there is no
/// gate: the sockets enforce it. Also hears which connections failed before a key was shown.
///
///   door "ingest": rank keys            door "client": view and control keys
///
/// It answers on a thread of its own, so that a busy hub keeps nobody waiting.
/// Threads: created and ended by one owner; refusals() from any.
class Gate {
public:
    static constexpr const char* kIngestDoor = "ingest";
    static constexpr const char* kClientDoor = "client";
    using AllowList = std::map<std::string, PeerRole>;  ///< public key (Z85) to role

    /// A socket of the context, by what its watchFailures() was given.
    struct Watched {
        std::string monitor;
        bool wants_key;  ///< on tcp: who hangs up before showing a key is counted, too
    };
    /// Create the gate before any CURVE socket binds.
    [[nodiscard]] static Result<std::unique_ptr<Gate>>
    open(const ZmqContext& context, AllowList allowed, const std::vector<Watched>& watched);
    ~Gate() = default;
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    [[nodiscard]] Refusals refusals() const noexcept;

private:
    struct Listener {
        ZmqMonitor monitor;
        bool wants_key;
    };
    Gate(AllowList allowed, ZmqSocket questions, std::vector<Listener> listeners);
    void serve(const std::stop_token& stop) noexcept;
    void answer(const ZmqMessage& question) noexcept;
    [[nodiscard]] const PeerRole* judge(std::string_view door, std::string_view key) noexcept;
    void note(ZmqFailure failure, bool wants_key) noexcept;

    const AllowList m_allowed;
    ZmqSocket m_questions;
    std::vector<Listener> m_listeners;
    std::atomic<std::int64_t> m_unknown_key{0}, m_wrong_role{0}, m_bad_handshake{0},
        m_other_user{0};
    std::jthread m_thread;  ///< last: it uses all of the above
};

}  // namespace wattline
