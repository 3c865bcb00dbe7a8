// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/hub_sockets.h"

#include <array>
#include <unistd.h>
#include <utility>

#include "telemetry/transport/folder_lock.h"
#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr const char* kIngestName = "ingest.sock";
constexpr const char* kClientName = "client.sock";
constexpr const char* kLockName = "hub.lock";
/// A relay's address of one of its ranks.
constexpr std::size_t kMaxHopBytes = 64;

ZmqLimits routerLimits() {
    ZmqLimits limits;
    limits.high_water_mark = 64;  // times the bytes below: what one peer can make us hold
    limits.max_message_bytes = 2 * HubSockets::kMaxIngestBytes;
    return limits;
}

/// Binds a ROUTER; ZeroMQ would take the file from a living hub without asking, so ask first.
Result<ZmqSocket> bindIpc(const ZmqContext& context, const fs::path& file,
                          const std::string& monitor) {
    if (someoneListens(file))
        return fail(ExitCode::Unreachable,
                    "another process listens on " + file.string() + "; use that hub or stop it");
    ::unlink(file.c_str());  // left behind by a hub that was killed, if there at all
    auto socket = ZmqSocket::open(context, ZmqRole::Router, routerLimits());
    if (!socket) return socket;
    if (auto ok = socket->onlyUser(::geteuid()); !ok) return tl::unexpected(ok.error());
    if (auto ok = socket->watchFailures(monitor); !ok) return tl::unexpected(ok.error());
    if (auto ok = socket->bind("ipc://" + file.string()); !ok) return tl::unexpected(ok.error());
    return socket;
}

Result<ZmqSocket> openTcp(const ZmqContext& context, const CurveServer& curve,
                          const std::string& monitor) {
    auto socket = ZmqSocket::open(context, ZmqRole::Router, routerLimits());
    if (!socket) return socket;
    if (auto ok = socket->serveCurve(curve); !ok) return tl::unexpected(ok.error());
    if (auto ok = socket->watchFailures(monitor); !ok) return tl::unexpected(ok.error());
    return socket;
}

Result<Gate::AllowList> allowList(const KeyFolder& keys) {
    Gate::AllowList allowed;
    constexpr std::array kRoles{std::pair{KeyOwner::Control, PeerRole::Control},
                                std::pair{KeyOwner::View, PeerRole::View},
                                std::pair{KeyOwner::Rank, PeerRole::Rank}};
    for (const auto& [owner, role] : kRoles) {
        const auto pair = keys.ensure(owner);
        if (!pair) return tl::unexpected(pair.error());
        allowed.emplace(pair->public_key, role);
    }
    return allowed;
}

/// `TAG LENGTH ROUTING-ID [HOP]`: which socket, which connection, whom behind a relay.
struct Address {
    bool tcp;
    std::span<const std::byte> routing_id, hop;
};
std::optional<Address> parseAddress(const std::string& peer) {
    const auto bytes = std::as_bytes(std::span(peer));
    if (bytes.size() < 2) return std::nullopt;
    const auto length = std::to_integer<std::size_t>(bytes[1]);
    if (bytes.size() < 2 + length) return std::nullopt;
    return Address{peer[0] == 't', bytes.subspan(2, length), bytes.subspan(2 + length)};
}

}  // namespace

struct HubSockets::Impl {
    FolderLock lock;  // first: given back last
    std::unique_ptr<ZmqContext> context;
    std::unique_ptr<Gate> gate;  // before the sockets: there from their first peer to their last
    ZmqSocket ingest, client;
    std::optional<ZmqSocket> ingest_tcp, client_tcp;
    Endpoints endpoints;
    std::int64_t oversized = 0, misshapen = 0;
    ZmqMessage message{};
    std::string peer{};  ///< of the message, built in place

    void setPeer(bool tcp, std::span<const std::byte> routing_id, std::span<const std::byte> hop) {
        peer.assign(1, tcp ? 't' : 'i');
        peer.push_back(static_cast<char>(routing_id.size()));
        peer.append(reinterpret_cast<const char*>(routing_id.data()), routing_id.size());
        peer.append(reinterpret_cast<const char*>(hop.data()), hop.size());
    }

    /// `[id, frame]` of a rank or `[id, hop, frame]` of a relay.
    void handleRank(bool tcp, const Handler& handler) {
        const auto parts = message.parts();
        const bool relayed = parts.size() == 3;
        if ((parts.size() != 2 && !relayed) || (relayed && parts[1].size() > kMaxHopBytes)) {
            ++misshapen;
            return;
        }
        if (parts.back().size() > static_cast<std::size_t>(kMaxIngestBytes)) {
            ++oversized;
            return;
        }
        setPeer(tcp, parts[0], relayed ? parts[1] : std::span<const std::byte>());
        handler({PeerRole::Rank, peer, parts.last(1)});
    }

    void handleClient(bool tcp, const Handler& handler) {
        const auto parts = message.parts();
        if (parts.size() < 2) {
            ++misshapen;
            return;
        }
        setPeer(tcp, parts[0], {});
        const bool steers = !tcp || message.user() == name(PeerRole::Control);
        handler({steers ? PeerRole::Control : PeerRole::View, peer, parts.subspan(1)});
    }

    int take(ZmqSocket& socket, bool tcp, bool ranks, int max, const Handler& handler) {
        int taken = 0;
        for (; taken < max; ++taken) {
            const auto got = socket.receive(message);
            if (got == ZmqSocket::Received::Nothing) break;
            if (got == ZmqSocket::Received::TooManyParts)
                ++misshapen;
            else if (ranks)
                handleRank(tcp, handler);
            else
                handleClient(tcp, handler);
        }
        return taken;
    }

    int takeBoth(bool ranks, int max, const Handler& handler) {
        auto& tcp = ranks ? ingest_tcp : client_tcp;
        int taken = tcp ? take(*tcp, true, ranks, (max + 1) / 2, handler) : 0;
        taken += take(ranks ? ingest : client, false, ranks, max - taken, handler);
        message.clear();
        return taken;
    }

    static bool answer(ZmqSocket& ipc, std::optional<ZmqSocket>& tcp, const std::string& peer,
                       std::span<const std::span<const std::byte>> content) {
        const auto address = parseAddress(peer);
        if (!address || (address->tcp && !tcp)) return false;
        std::vector<std::span<const std::byte>> parts{address->routing_id};
        if (!address->hop.empty()) parts.push_back(address->hop);
        parts.insert(parts.end(), content.begin(), content.end());
        return (address->tcp ? *tcp : ipc).send(parts);
    }
};

HubSockets::HubSockets(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
HubSockets::~HubSockets() = default;

Result<std::unique_ptr<HubSockets>> HubSockets::bind(const fs::path& folder) {
    return bindBoth(folder, nullptr, nullptr);
}

Result<std::unique_ptr<HubSockets>>
HubSockets::bind(const fs::path& folder, const ListenAddress& address, const KeyFolder& keys) {
    return bindBoth(folder, &address, &keys);
}

namespace {

constexpr std::array kMonitors{"inproc://failures.ingest", "inproc://failures.client",
                               "inproc://failures.ingest_tcp", "inproc://failures.client_tcp"};

/// The tcp half: opened with keys first, bound once the gate answers.
struct TcpDoors {
    std::optional<ZmqSocket> ingest, client;
    Gate::AllowList allowed;
    std::string server_key;
};
Result<TcpDoors> openDoors(const ZmqContext& context, const KeyFolder& keys) {
    TcpDoors doors;
    const auto hub = keys.ensure(KeyOwner::Hub);
    if (!hub) return tl::unexpected(hub.error());
    auto allowed = allowList(keys);
    if (!allowed) return tl::unexpected(allowed.error());
    auto ingest = openTcp(context, {hub->secret_key, Gate::kIngestDoor}, kMonitors[2]);
    if (!ingest) return tl::unexpected(ingest.error());
    auto client = openTcp(context, {hub->secret_key, Gate::kClientDoor}, kMonitors[3]);
    if (!client) return tl::unexpected(client.error());
    doors.ingest.emplace(std::move(*ingest));
    doors.client.emplace(std::move(*client));
    doors.allowed = std::move(*allowed);
    doors.server_key = hub->public_key;
    return doors;
}

}  // namespace

Result<std::unique_ptr<HubSockets>>
HubSockets::bindBoth(const fs::path& folder, const ListenAddress* address, const KeyFolder* keys) {
    if (auto ok = checkSocketFolder(folder, kIngestName); !ok) return tl::unexpected(ok.error());
    auto lock =
        FolderLock::take(folder / kLockName, "another hub owns the sockets in " + folder.string() +
                                                 "; use that one or stop it");
    if (!lock) return tl::unexpected(lock.error());
    auto context = std::make_unique<ZmqContext>();
    auto ingest = bindIpc(*context, folder / kIngestName, kMonitors[0]);
    if (!ingest) return tl::unexpected(ingest.error());
    auto client = bindIpc(*context, folder / kClientName, kMonitors[1]);
    if (!client) return tl::unexpected(client.error());
    TcpDoors doors;
    if (address != nullptr) {
        auto opened = openDoors(*context, *keys);
        if (!opened) return tl::unexpected(opened.error());
        doors = std::move(*opened);
    }
    std::vector<Gate::Watched> watched{{kMonitors[0], false}, {kMonitors[1], false}};
    if (address != nullptr)
        watched.insert(watched.end(), {{kMonitors[2], true}, {kMonitors[3], true}});
    auto gate = Gate::open(*context, std::move(doors.allowed), watched);
    if (!gate) return tl::unexpected(gate.error());
    Endpoints at;
    at.ingest = "ipc://" + (folder / kIngestName).string();
    at.client = "ipc://" + (folder / kClientName).string();
    if (address != nullptr) {
        if (auto ok = doors.ingest->bind(address->endpoint(0)); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = doors.client->bind(address->endpoint(1)); !ok)
            return tl::unexpected(ok.error());
        at.ingest_tcp = doors.ingest->boundEndpoint();
        at.client_tcp = doors.client->boundEndpoint();
        at.server_key = doors.server_key;
    }
    return std::unique_ptr<HubSockets>(new HubSockets(std::unique_ptr<Impl>(new Impl{
        std::move(*lock), std::move(context), std::move(*gate), std::move(*ingest),
        std::move(*client), std::move(doors.ingest), std::move(doors.client), std::move(at)})));
}

const HubSockets::Endpoints& HubSockets::endpoints() const noexcept {
    return m_impl->endpoints;
}

void HubSockets::wait(WaitFor whom, int timeout_ms) {
    std::array<void*, 4> handles{m_impl->client.handle()};
    std::size_t count = 1;
    if (m_impl->client_tcp) handles.at(count++) = m_impl->client_tcp->handle();
    if (whom == WaitFor::Everybody) {
        handles.at(count++) = m_impl->ingest.handle();
        if (m_impl->ingest_tcp) handles.at(count++) = m_impl->ingest_tcp->handle();
    }
    static_cast<void>(waitReadable(std::span(handles).first(count), timeout_ms));
}

int HubSockets::takeFromRanks(int max, const Handler& handler) {
    return m_impl->takeBoth(true, max, handler);
}

int HubSockets::takeFromClients(int max, const Handler& handler) {
    return m_impl->takeBoth(false, max, handler);
}

std::optional<HubSockets::Incoming> HubSockets::receive(int timeout_ms) {
    wait(WaitFor::Everybody, timeout_ms);
    std::optional<Incoming> message;
    const auto keep = [&](const Delivery& delivery) {
        message = Incoming{delivery.role != PeerRole::Rank, delivery.role, delivery.peer, {}};
        for (const auto& part : delivery.parts)
            message->parts.emplace_back(part.begin(), part.end());
    };
    if (takeFromClients(1, keep) == 0) takeFromRanks(1, keep);
    return message;
}

bool HubSockets::sendToRank(const std::string& peer, std::span<const std::byte> frame) {
    return Impl::answer(m_impl->ingest, m_impl->ingest_tcp, peer, std::span(&frame, 1));
}

bool HubSockets::sendToClient(const std::string& peer, std::span<const Bytes> parts) {
    const std::vector<std::span<const std::byte>> views(parts.begin(), parts.end());
    return Impl::answer(m_impl->client, m_impl->client_tcp, peer, views);
}

TransportCounters HubSockets::counters() const noexcept {
    return {m_impl->gate->refusals(), m_impl->oversized, m_impl->misshapen};
}

}  // namespace wattline
