// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/hub_link.h"

#include <algorithm>
#include <random>
#include <utility>

namespace wattline {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Who ends waits so long for the hub to take the last frames; they are journaled anyway.
constexpr int kLingerMs = 200;

/// Thousands of ranks must not come back in the same moment.
milliseconds withJitter(milliseconds time) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<int> extra(0, static_cast<int>(time.count() / 2));
    return time + milliseconds(extra(random));
}

}  // namespace

bool HubLink::send(std::span<const std::span<const std::byte>> parts) noexcept {
    if (!m_socket || !m_socket->send(parts)) return false;
    m_took = true;
    return true;
}

bool HubLink::receive(ZmqMessage& message) noexcept {
    return m_socket && m_socket->receive(message) == ZmqSocket::Received::Message;
}

// The library connects again by itself, but gives up on a peer that broke the protocol; hence the
// replacement of a socket that took nothing for long.
void HubLink::follow() {
    auto route = m_shared->finder.find();
    const auto now = steady_clock::now();
    if (!(route == m_route)) {
        m_route = std::move(route);
        m_socket.reset();
        m_patience = kFirstPatience;
    } else if (std::exchange(m_took, false)) {
        m_patience = kFirstPatience;
        m_replace_at = now + withJitter(m_patience);
    } else if (m_socket && now >= m_replace_at) {
        m_socket.reset();
        m_patience = std::min(2 * m_patience, kLastPatience);
    }
    if (!m_socket && !m_route.endpoint.empty()) connect(now);
}

void HubLink::connect(steady_clock::time_point now) {
    m_replace_at = now + withJitter(m_patience);
    ZmqLimits limits;
    limits.high_water_mark = m_queued;
    limits.linger_ms = kLingerMs;
    limits.connected_only = true;
    auto socket = ZmqSocket::open(m_shared->context, ZmqRole::Dealer, limits);
    if (!socket) return;
    if (m_route.curve && !socket->useCurve(*m_route.curve)) return;
    if (socket->connect(m_route.endpoint)) m_socket.emplace(std::move(*socket));
}

}  // namespace wattline
