// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/hub_sockets.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
constexpr const char* kIngestName = "ingest.sock";
constexpr const char* kClientName = "client.sock";
constexpr const char* kLockName = "hub.lock";

/// An exclusive lock that the kernel drops when this process dies.
class FolderLock {
public:
    [[nodiscard]] static Result<FolderLock> take(const fs::path& folder) {
        const auto file = folder / kLockName;
        const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            return fail(ExitCode::Environment, "cannot create " + file.string() + " (" +
                                                   std::strerror(errno) + "); check the folder");
        FolderLock lock(fd);
        if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
            return fail(ExitCode::Unreachable, "another hub owns the sockets in " +
                                                   folder.string() + "; use that one or stop it");
        return lock;
    }
    FolderLock(FolderLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock() {
        if (m_fd >= 0) ::close(m_fd);
    }

private:
    explicit FolderLock(int fd) noexcept : m_fd(fd) {}
    int m_fd;
};

/// Binds a ROUTER; ZeroMQ would take the file from a living hub without asking, so ask first.
Result<ZmqSocket> bindRouter(const ZmqContext& context, const fs::path& file) {
    if (someoneListens(file))
        return fail(ExitCode::Unreachable,
                    "another process listens on " + file.string() + "; use that hub or stop it");
    ::unlink(file.c_str());  // left behind by a hub that was killed, if there at all
    auto socket = ZmqSocket::open(context, ZmqRole::Router, {});
    if (!socket) return socket;
    if (auto ok = socket->bind("ipc://" + file.string()); !ok) return tl::unexpected(ok.error());
    return socket;
}

}  // namespace

struct HubSockets::Impl {
    FolderLock lock;  // first: given back last
    fs::path folder;
    std::unique_ptr<ZmqContext> context;
    ZmqSocket ingest, client;
    bool client_next = true;  ///< whose turn it is when both have something

    [[nodiscard]] std::optional<Incoming> take(bool from_client) {
        auto parts = (from_client ? client : ingest).receive();
        if (!parts || parts->size() < 2) return std::nullopt;  // address and content
        Incoming message;
        message.from_client = from_client;
        const auto& peer = parts->front();
        message.peer.assign(reinterpret_cast<const char*>(peer.data()), peer.size());
        message.parts.assign(std::make_move_iterator(parts->begin() + 1),
                             std::make_move_iterator(parts->end()));
        client_next = !from_client;
        return message;
    }

    static bool answer(ZmqSocket& socket, const std::string& peer,
                       std::span<const std::span<const std::byte>> content) {
        std::vector<std::span<const std::byte>> parts{std::as_bytes(std::span(peer))};
        parts.insert(parts.end(), content.begin(), content.end());
        return socket.send(parts);
    }
};

HubSockets::HubSockets(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
HubSockets::~HubSockets() = default;

Result<std::unique_ptr<HubSockets>> HubSockets::bind(const fs::path& folder) {
    if (auto ok = checkSocketFolder(folder, kIngestName); !ok) return tl::unexpected(ok.error());
    auto lock = FolderLock::take(folder);
    if (!lock) return tl::unexpected(lock.error());
    auto context = std::make_unique<ZmqContext>();
    auto ingest = bindRouter(*context, folder / kIngestName);
    if (!ingest) return tl::unexpected(ingest.error());
    auto client = bindRouter(*context, folder / kClientName);
    if (!client) return tl::unexpected(client.error());
    return std::unique_ptr<HubSockets>(new HubSockets(std::unique_ptr<Impl>(new Impl{
        std::move(*lock), folder, std::move(context), std::move(*ingest), std::move(*client)})));
}

std::string HubSockets::ingestEndpoint() const {
    return "ipc://" + (m_impl->folder / kIngestName).string();
}

std::string HubSockets::clientEndpoint() const {
    return "ipc://" + (m_impl->folder / kClientName).string();
}

std::optional<HubSockets::Incoming> HubSockets::receive(int timeout_ms) {
    const std::array<const ZmqSocket*, 2> sockets{&m_impl->ingest, &m_impl->client};
    const auto readable = waitReadable(sockets, timeout_ms);
    const bool first = m_impl->client_next;
    for (const bool from_client : {first, !first})
        if (readable[from_client ? 1 : 0])
            if (auto message = m_impl->take(from_client)) return message;
    return std::nullopt;
}

bool HubSockets::sendToRank(const std::string& peer, std::span<const std::byte> frame) {
    return Impl::answer(m_impl->ingest, peer, std::span(&frame, 1));
}

bool HubSockets::sendToClient(const std::string& peer, std::span<const Bytes> parts) {
    const std::vector<std::span<const std::byte>> views(parts.begin(), parts.end());
    return Impl::answer(m_impl->client, peer, views);
}

}  // namespace wattline
