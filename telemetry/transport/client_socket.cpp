// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/client_socket.h"

#include <array>
#include <utility>

#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {
namespace {

constexpr const char* kMonitor = "inproc://client.failures";

/// What a person has who may look at this workspace, or steer it.
Result<CurveClient> clientCurve(const KeyFolder& keys, std::string& key_file) {
    auto server = keys.hubPublicKey();
    if (!server) return tl::unexpected(server.error());
    auto owner = KeyOwner::Control;
    auto mine = keys.read(owner);
    if (!mine && mine.error().code == ExitCode::NotFound) {
        owner = KeyOwner::View;
        mine = keys.read(owner);
    }
    if (!mine) return tl::unexpected(mine.error());
    key_file = (keys.path() / (std::string(name(owner)) + ".key")).string();
    return CurveClient{std::move(*server), mine->public_key, mine->secret_key};
}

}  // namespace

struct ClientSocket::Impl {
    std::unique_ptr<ZmqContext> context;
    ZmqSocket socket;
    std::string endpoint, key_file;
    std::optional<ZmqMonitor> monitor;
    std::string refusal;
};

ClientSocket::ClientSocket(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ClientSocket::~ClientSocket() = default;

Result<std::unique_ptr<ClientSocket>> ClientSocket::connect(const std::string& endpoint) {
    // ZeroMQ would wait for a listener for ever; here nobody there is an answer.
    const auto file = ipcFile(endpoint);
    if (!file)
        return fail(ExitCode::Unreachable, "the hub's address " + endpoint +
                                               " is not on this machine, and keys are "
                                               "needed to go there");
    if (!someoneListens(*file))
        return fail(ExitCode::Unreachable,
                    "no hub listens on " + endpoint + "; 'wattline hub serve' starts one");
    auto context = std::make_unique<ZmqContext>();
    auto socket = ZmqSocket::open(*context, ZmqRole::Dealer, {});
    if (!socket) return tl::unexpected(socket.error());
    if (auto ok = socket->connect(endpoint); !ok) return tl::unexpected(ok.error());
    return std::unique_ptr<ClientSocket>(new ClientSocket(std::unique_ptr<Impl>(
        new Impl{std::move(context), std::move(*socket), endpoint, {}, std::nullopt, {}})));
}

Result<std::unique_ptr<ClientSocket>> ClientSocket::connect(const std::string& endpoint,
                                                            const KeyFolder& keys) {
    std::string key_file;
    const auto curve = clientCurve(keys, key_file);
    if (!curve) return tl::unexpected(curve.error());
    auto context = std::make_unique<ZmqContext>();
    auto socket = ZmqSocket::open(*context, ZmqRole::Dealer, {});
    if (!socket) return tl::unexpected(socket.error());
    if (auto ok = socket->useCurve(*curve); !ok) return tl::unexpected(ok.error());
    if (auto ok = socket->watchFailures(kMonitor); !ok) return tl::unexpected(ok.error());
    auto monitor = ZmqMonitor::connect(*context, kMonitor);
    if (!monitor) return tl::unexpected(monitor.error());
    if (auto ok = socket->connect(endpoint); !ok) return tl::unexpected(ok.error());
    return std::unique_ptr<ClientSocket>(
        new ClientSocket(std::unique_ptr<Impl>(new Impl{std::move(context),
                                                        std::move(*socket),
                                                        endpoint,
                                                        std::move(key_file),
                                                        std::move(*monitor),
                                                        {}})));
}

bool ClientSocket::send(std::string_view json) {
    const auto part = std::as_bytes(std::span(json));
    return m_impl->socket.send(std::span(&part, 1));
}

std::optional<std::vector<Bytes>> ClientSocket::receive(int timeout_ms) {
    const std::array<void*, 1> handles{m_impl->socket.handle()};
    if (waitReadable(handles, timeout_ms) == 0) return std::nullopt;
    return m_impl->socket.receive();
}

const std::string& ClientSocket::refusal() {
    while (m_impl->monitor) {
        const auto failure = m_impl->monitor->next();
        if (!failure) break;
        if (*failure == ZmqFailure::Authentication)
            m_impl->refusal = "the hub at " + m_impl->endpoint + " does not know the key " +
                              m_impl->key_file + "; ask its owner for a new one";
        else if (m_impl->refusal.empty())
            m_impl->refusal = "the process that listens at " + m_impl->endpoint +
                              " does not prove to be this workspace's hub; compare hub.pub in " +
                              "the folder of " + m_impl->key_file + " with the hub's own";
    }
    return m_impl->refusal;
}

}  // namespace wattline
