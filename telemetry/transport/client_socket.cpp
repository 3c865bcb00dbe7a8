// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "telemetry/transport/hub_sockets.h"
#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {

struct ClientSocket::Impl {
    std::unique_ptr<ZmqContext> context;
    ZmqSocket socket;
};

ClientSocket::ClientSocket(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ClientSocket::~ClientSocket() = default;

Result<std::unique_ptr<ClientSocket>> ClientSocket::connect(const std::string& endpoint) {
    // ZeroMQ would wait for a listener for ever; here nobody there is an answer.
    if (const auto file = ipcFile(endpoint); file && !someoneListens(*file))
        return fail(ExitCode::Unreachable,
                    "no hub listens on " + endpoint + "; 'wattline hub serve' starts one");
    auto context = std::make_unique<ZmqContext>();
    auto socket = ZmqSocket::open(*context, ZmqRole::Dealer, {});
    if (!socket) return tl::unexpected(socket.error());
    if (auto ok = socket->connect(endpoint); !ok) return tl::unexpected(ok.error());
    return std::unique_ptr<ClientSocket>(
        new ClientSocket(std::unique_ptr<Impl>(new Impl{std::move(context), std::move(*socket)})));
}

bool ClientSocket::send(std::string_view json) {
    const auto part = std::as_bytes(std::span(json));
    return m_impl->socket.send(std::span(&part, 1));
}

std::optional<std::vector<Bytes>> ClientSocket::receive(int timeout_ms) {
    const std::array<const ZmqSocket*, 1> sockets{&m_impl->socket};
    if (!waitReadable(sockets, timeout_ms).front()) return std::nullopt;
    return m_impl->socket.receive();
}

}  // namespace wattline
