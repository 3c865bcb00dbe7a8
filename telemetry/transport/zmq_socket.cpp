// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/zmq_socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <zmq.h>

namespace wattline {
namespace {

tl::unexpected<Error> failZmq(const std::string& act) {
    const int code = zmq_errno();
    return fail(ExitCode::Environment, "cannot " + act + " (" + zmq_strerror(code) + ")");
}

bool set(void* socket, int option, int value) noexcept {
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

bool configure(void* socket, ZmqRole role, const ZmqLimits& limits) noexcept {
    const std::int64_t largest = kMaxMessageBytes;
    bool ok = set(socket, ZMQ_LINGER, limits.linger_ms) &&
              set(socket, ZMQ_SNDHWM, limits.high_water_mark) &&
              set(socket, ZMQ_RCVHWM, limits.high_water_mark) &&
              set(socket, ZMQ_RECONNECT_IVL, 100) && set(socket, ZMQ_RECONNECT_IVL_MAX, 2000) &&
              zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0;
    if (limits.connected_only) ok = ok && set(socket, ZMQ_IMMEDIATE, 1);
    // A peer that is gone must show; without this its messages vanish in silence.
    if (role == ZmqRole::Router) ok = ok && set(socket, ZMQ_ROUTER_MANDATORY, 1);
    return ok;
}

/// One part; empty when nothing (more) has arrived.
std::optional<Bytes> receivePart(void* socket, bool& more) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    int n = -1;
    do {
        n = zmq_msg_recv(&message, socket, ZMQ_DONTWAIT);
    } while (n < 0 && zmq_errno() == EINTR);
    if (n < 0) {
        zmq_msg_close(&message);
        return std::nullopt;
    }
    const auto* data = static_cast<const std::byte*>(zmq_msg_data(&message));
    Bytes part(data, data + zmq_msg_size(&message));
    more = zmq_msg_more(&message) != 0;
    zmq_msg_close(&message);
    return part;
}

}  // namespace

ZmqContext::ZmqContext() : m_handle(zmq_ctx_new()) {}

ZmqContext::~ZmqContext() {
    while (m_handle != nullptr && zmq_ctx_term(m_handle) != 0 && zmq_errno() == EINTR) {
    }
}

Result<ZmqSocket> ZmqSocket::open(const ZmqContext& context, ZmqRole role,
                                  const ZmqLimits& limits) {
    void* handle = zmq_socket(context.handle(), role == ZmqRole::Router ? ZMQ_ROUTER : ZMQ_DEALER);
    if (handle == nullptr)
        return failZmq("open a socket; too many files may be open, see ulimit -n");
    ZmqSocket socket(handle);
    if (!configure(handle, role, limits)) return failZmq("configure a socket");
    return socket;
}

ZmqSocket::ZmqSocket(ZmqSocket&& other) noexcept
    : m_handle(std::exchange(other.m_handle, nullptr)) {}

ZmqSocket& ZmqSocket::operator=(ZmqSocket&& other) noexcept {
    std::swap(m_handle, other.m_handle);
    return *this;
}

ZmqSocket::~ZmqSocket() {
    if (m_handle != nullptr) zmq_close(m_handle);
}

Result<void> ZmqSocket::bind(const std::string& endpoint) {
    if (zmq_bind(m_handle, endpoint.c_str()) != 0) return failZmq("listen on " + endpoint);
    return {};
}

Result<void> ZmqSocket::connect(const std::string& endpoint) {
    if (zmq_connect(m_handle, endpoint.c_str()) != 0) return failZmq("connect to " + endpoint);
    return {};
}

bool ZmqSocket::send(std::span<const std::span<const std::byte>> parts) noexcept {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const int flags = ZMQ_DONTWAIT | (i + 1 < parts.size() ? ZMQ_SNDMORE : 0);
        int n = -1;
        do {
            n = zmq_send(m_handle, parts[i].data(), parts[i].size(), flags);
        } while (n < 0 && zmq_errno() == EINTR);
        if (n < 0) return false;
    }
    return true;
}

std::optional<std::vector<Bytes>> ZmqSocket::receive() {
    std::vector<Bytes> parts;
    bool more = true, too_many = false;
    while (more) {
        auto part = receivePart(m_handle, more);
        if (!part) return std::nullopt;
        if (parts.size() < kMaxParts)
            parts.push_back(std::move(*part));
        else
            too_many = true;
    }
    if (too_many) return std::nullopt;
    return parts;
}

std::vector<bool> waitReadable(std::span<const ZmqSocket* const> sockets, int timeout_ms) {
    std::vector<zmq_pollitem_t> items;
    for (const auto* socket : sockets)
        items.push_back({socket->handle(), 0, ZMQ_POLLIN, 0});
    const int ready = zmq_poll(items.data(), static_cast<int>(items.size()), timeout_ms);
    std::vector<bool> readable;
    for (const auto& item : items)
        readable.push_back(ready > 0 && (item.revents & ZMQ_POLLIN) != 0);
    return readable;
}

}  // namespace wattline
