// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/zmq_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <zmq.h>

namespace wattline {
namespace {

/// ZMQ_ZAP_ENFORCE_DOMAIN, which zmq.h shows among its drafts only. A library without it refuses
/// the option, and then there is no tcp.
constexpr int kEnforceDomain = 93;

tl::unexpected<Error> failZmq(const std::string& act) {
    const int code = zmq_errno();
    return fail(ExitCode::Environment, "cannot " + act + " (" + zmq_strerror(code) + ")");
}

bool set(void* socket, int option, int value) noexcept {
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

bool set(void* socket, int option, const std::string& text) noexcept {
    return zmq_setsockopt(socket, option, text.data(), text.size()) == 0;
}

/// A peer whose machine vanished says nothing; the kernel finds out.
bool keepAlive(void* socket) noexcept {
    return set(socket, ZMQ_TCP_KEEPALIVE, 1) && set(socket, ZMQ_TCP_KEEPALIVE_IDLE, 30) &&
           set(socket, ZMQ_TCP_KEEPALIVE_INTVL, 10) && set(socket, ZMQ_TCP_KEEPALIVE_CNT, 3) &&
           set(socket, ZMQ_TCP_MAXRT, 30'000);
}

bool configure(void* socket, ZmqRole role, const ZmqLimits& limits) noexcept {
    const std::int64_t largest = limits.max_message_bytes;
    bool ok = set(socket, ZMQ_LINGER, limits.linger_ms) &&
              set(socket, ZMQ_SNDHWM, limits.high_water_mark) &&
              set(socket, ZMQ_RCVHWM, limits.high_water_mark) &&
              // The library doubles the time and adds a random part to it.
              set(socket, ZMQ_RECONNECT_IVL, 100) && set(socket, ZMQ_RECONNECT_IVL_MAX, 2000) &&
              set(socket, ZMQ_HANDSHAKE_IVL, 10'000) && keepAlive(socket) &&
              zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0;
    if (limits.connected_only) ok = ok && set(socket, ZMQ_IMMEDIATE, 1);
    // A peer that is gone must show; without this its messages vanish in silence. Thousands of
    // ranks may connect at once.
    if (role == ZmqRole::Router)
        ok = ok && set(socket, ZMQ_ROUTER_MANDATORY, 1) && set(socket, ZMQ_BACKLOG, 4096);
    return ok;
}

/// Only where it is wanted: it changes how the library writes IPv4 addresses.
bool isIpv6(const std::string& endpoint) noexcept {
    return endpoint.starts_with("tcp://[");
}

int typeOf(ZmqRole role) noexcept {
    if (role == ZmqRole::Router) return ZMQ_ROUTER;
    return role == ZmqRole::Dealer ? ZMQ_DEALER : ZMQ_REP;
}

/// One part; false when nothing (more) has arrived.
bool receivePart(void* socket, zmq_msg_t* message) noexcept {
    zmq_msg_init(message);
    int n = -1;
    do {
        n = zmq_msg_recv(message, socket, ZMQ_DONTWAIT);
    } while (n < 0 && zmq_errno() == EINTR);
    if (n < 0) zmq_msg_close(message);
    return n >= 0;
}

}  // namespace

ZmqContext::ZmqContext(int max_sockets) : m_handle(zmq_ctx_new()) {
    if (max_sockets > 0) zmq_ctx_set(m_handle, ZMQ_MAX_SOCKETS, max_sockets);
}

ZmqContext::~ZmqContext() {
    while (m_handle != nullptr && zmq_ctx_term(m_handle) != 0 && zmq_errno() == EINTR) {
    }
}

std::string_view ZmqMessage::user() const noexcept {
    if (m_count == 0) return {};
    const auto* handle = reinterpret_cast<const zmq_msg_t*>(&m_handles[m_count - 1]);
    const char* user = zmq_msg_gets(handle, "User-Id");
    return user != nullptr ? std::string_view(user) : std::string_view();
}

std::vector<Bytes> ZmqMessage::copy() const {
    std::vector<Bytes> parts;
    for (const auto& part : this->parts())
        parts.emplace_back(part.begin(), part.end());
    return parts;
}

void ZmqMessage::clear() noexcept {
    for (std::size_t i = 0; i < m_count; ++i)
        zmq_msg_close(reinterpret_cast<zmq_msg_t*>(&m_handles[i]));
    m_count = 0;
}

Result<ZmqSocket> ZmqSocket::open(const ZmqContext& context, ZmqRole role,
                                  const ZmqLimits& limits) {
    void* handle = zmq_socket(context.handle(), typeOf(role));
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

Result<void> ZmqSocket::serveCurve(const CurveServer& curve) {
    // Enforcing the domain is what makes it fail closed: without a gate, nobody is let in.
    if (zmq_has("curve") != 1 || !set(m_handle, ZMQ_CURVE_SERVER, 1) ||
        !set(m_handle, ZMQ_CURVE_SECRETKEY, curve.secret_key) ||
        !set(m_handle, ZMQ_ZAP_DOMAIN, curve.domain) || !set(m_handle, kEnforceDomain, 1))
        return failZmq("protect a socket with CURVE; this libzmq may have been built without it");
    return {};
}

Result<void> ZmqSocket::useCurve(const CurveClient& curve) {
    if (zmq_has("curve") != 1 || !set(m_handle, ZMQ_CURVE_SERVERKEY, curve.server_key) ||
        !set(m_handle, ZMQ_CURVE_PUBLICKEY, curve.public_key) ||
        !set(m_handle, ZMQ_CURVE_SECRETKEY, curve.secret_key))
        return failZmq("protect a connection with CURVE; this libzmq may have been built without "
                       "it, or a key is damaged");
    return {};
}

Result<void> ZmqSocket::onlyUser(uid_t user) {
    if (zmq_setsockopt(m_handle, ZMQ_IPC_FILTER_UID, &user, sizeof user) != 0)
        return failZmq("keep other users from a socket");
    return {};
}

Result<void> ZmqSocket::watchFailures(const std::string& monitor_address) {
    constexpr int kEvents = ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                            ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    if (zmq_socket_monitor(m_handle, monitor_address.c_str(), kEvents) != 0)
        return failZmq("watch a socket");
    return {};
}

Result<void> ZmqSocket::bind(const std::string& endpoint) {
    if (isIpv6(endpoint)) set(m_handle, ZMQ_IPV6, 1);
    if (zmq_bind(m_handle, endpoint.c_str()) != 0) return failZmq("listen on " + endpoint);
    return {};
}

Result<void> ZmqSocket::connect(const std::string& endpoint) {
    if (isIpv6(endpoint)) set(m_handle, ZMQ_IPV6, 1);
    if (zmq_connect(m_handle, endpoint.c_str()) != 0) return failZmq("connect to " + endpoint);
    return {};
}

std::string ZmqSocket::boundEndpoint() const {
    std::array<char, 512> text{};
    std::size_t size = text.size();
    if (zmq_getsockopt(m_handle, ZMQ_LAST_ENDPOINT, text.data(), &size) != 0) return {};
    return text.data();
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

ZmqSocket::Received ZmqSocket::receive(ZmqMessage& message) noexcept {
    static_assert(sizeof(zmq_msg_t) <= sizeof(ZmqMessage::Handle));
    message.clear();
    bool more = true, too_many = false;
    while (more) {
        zmq_msg_t spare;
        const bool fits = message.m_count < kMaxParts;
        auto* part =
            fits ? reinterpret_cast<zmq_msg_t*>(&message.m_handles[message.m_count]) : &spare;
        if (!receivePart(m_handle, part)) {
            message.clear();
            return Received::Nothing;
        }
        more = zmq_msg_more(part) != 0;
        if (fits) {
            message.m_views[message.m_count] = {static_cast<const std::byte*>(zmq_msg_data(part)),
                                                zmq_msg_size(part)};
            ++message.m_count;
        } else {
            zmq_msg_close(part);
            too_many = true;
        }
    }
    if (!too_many) return Received::Message;
    message.clear();
    return Received::TooManyParts;
}

std::optional<std::vector<Bytes>> ZmqSocket::receive() {
    ZmqMessage message;
    if (receive(message) != Received::Message) return std::nullopt;
    return message.copy();
}

Result<ZmqMonitor> ZmqMonitor::connect(const ZmqContext& context, const std::string& address) {
    void* handle = zmq_socket(context.handle(), ZMQ_PAIR);
    if (handle == nullptr) return failZmq("open a socket");
    ZmqMonitor monitor(handle);
    set(handle, ZMQ_LINGER, 0);
    if (zmq_connect(handle, address.c_str()) != 0) return failZmq("watch a socket");
    return monitor;
}

ZmqMonitor::ZmqMonitor(ZmqMonitor&& other) noexcept
    : m_handle(std::exchange(other.m_handle, nullptr)) {}

ZmqMonitor::~ZmqMonitor() {
    if (m_handle != nullptr) zmq_close(m_handle);
}

std::optional<ZmqFailure> ZmqMonitor::next() noexcept {
    zmq_msg_t part;
    if (!receivePart(m_handle, &part)) return std::nullopt;
    std::uint16_t event = 0;
    if (zmq_msg_size(&part) >= sizeof event) std::memcpy(&event, zmq_msg_data(&part), sizeof event);
    while (zmq_msg_more(&part) != 0) {  // the endpoint, which says nothing about the peer
        zmq_msg_close(&part);
        if (!receivePart(m_handle, &part)) return std::nullopt;
    }
    zmq_msg_close(&part);
    switch (event) {
    case ZMQ_EVENT_ACCEPT_FAILED:
        return ZmqFailure::AcceptRefused;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        return ZmqFailure::Protocol;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
        return ZmqFailure::Authentication;
    default:
        return ZmqFailure::Unknown;
    }
}

std::uint32_t waitReadable(std::span<void* const> handles, int timeout_ms) noexcept {
    std::array<zmq_pollitem_t, 32> items{};
    const auto count = std::min(handles.size(), items.size());
    for (std::size_t i = 0; i < count; ++i)
        items[i] = {handles[i], 0, ZMQ_POLLIN, 0};
    std::uint32_t readable = 0;
    if (zmq_poll(items.data(), static_cast<int>(count), timeout_ms) <= 0) return 0;
    for (std::size_t i = 0; i < count; ++i)
        if ((items[i].revents & ZMQ_POLLIN) != 0) readable |= 1U << i;
    return readable;
}

}  // namespace wattline
