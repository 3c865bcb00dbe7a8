// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/rank_sink.h"

#include <cstdint>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "telemetry/core/host.h"
#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/zmq_socket.h"
#include "telemetry/wire/json_reader.h"

namespace wattline {
namespace {

/// A rank that ends waits so long for the hub to take its last frames; they are journaled anyway.
constexpr int kLingerMs = 200;
/// Frames queued towards a hub that reads slowly: at one every 20 ms about five seconds.
constexpr int kQueuedFrames = 256;

/// The hub that a lease file names. Another process at the same address is another hub.
struct HubAddress {
    std::string ingest, boot_id;
    std::int64_t pid = 0;
    bool operator==(const HubAddress&) const = default;

    /// A hub on another host has a file of the same name there; ours would lead nowhere.
    [[nodiscard]] bool reachable() const {
        if (ingest.empty()) return false;
        return !ipcFile(ingest) || boot_id.empty() || boot_id == bootId();
    }
};

/// The text of a file that is ours; empty for anybody else's. A run folder may lie beneath a folder
/// where others can write: their lease would lead our records to them, and their commands to us.
std::string readOwnFile(const std::filesystem::path& path) {
    constexpr std::size_t kMaxLeaseBytes = 64 << 10;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return {};
    struct stat info {};
    std::string text;
    // Asked of what is open: the name may lead elsewhere a moment later.
    if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid()) {
        text.resize(kMaxLeaseBytes);
        const auto bytes = ::read(fd, text.data(), text.size());
        text.resize(bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
    }
    ::close(fd);
    return text;
}

/// What the lease says. Without a readable one there is no hub to send to: an empty address.
HubAddress readLease(const std::filesystem::path& lease) {
    auto in = wire::JsonReader::parse(readOwnFile(lease), "hub.json");
    if (!in) return {};
    HubAddress address;
    in->optional("ingest", address.ingest);
    in->optional("boot_id", address.boot_id);
    in->optional("pid", address.pid);
    return in->status() ? address : HubAddress{};
}

/// Tells whether a file was replaced or changed since last asked, without reading it.
class FileWatch {
public:
    explicit FileWatch(std::filesystem::path path) : m_path(std::move(path)) {}
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }
    [[nodiscard]] bool changed() noexcept {
        struct stat info {};
        const bool there = ::stat(m_path.c_str(), &info) == 0;
        const Mark now{there, info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
        return !(std::exchange(m_mark, now) == now);
    }

private:
    struct Mark {
        bool there = false;
        ino_t inode = 0;
        off_t size = 0;
        time_t seconds = 0;
        long nanoseconds = 0;
        bool operator==(const Mark&) const = default;
    };
    std::filesystem::path m_path;
    Mark m_mark;
};

class RankSink final : public Sink {
public:
    explicit RankSink(std::filesystem::path lease) : m_lease(std::move(lease)) {}

    bool send(std::span<const std::byte> frame) noexcept override {
        return m_socket && m_socket->send(std::span(&frame, 1));
    }

    std::optional<std::vector<std::byte>> receive() noexcept override {
        try {
            if (!m_socket) return std::nullopt;
            auto parts = m_socket->receive();
            if (!parts || parts->size() != 1) return std::nullopt;
            return std::move(parts->front());
        } catch (const std::exception&) {
            return std::nullopt;  // out of memory: the hub asks again through the folder
        }
    }

    void tend() noexcept override {
        try {
            // An unreadable lease is asked again each time; it may be a network file system's mood.
            if (m_lease.changed() || m_address.ingest.empty()) adopt(readLease(m_lease.path()));
            if (!m_socket && m_address.reachable()) connect();
        } catch (const std::exception&) {
            m_socket.reset();  // the next call tries again; the journal has everything
        }
    }

private:
    void adopt(HubAddress address) {
        if (address == m_address) return;
        m_address = std::move(address);
        m_socket.reset();
    }

    void connect() {
        if (!m_context) m_context = std::make_unique<ZmqContext>();
        ZmqLimits limits;
        limits.high_water_mark = kQueuedFrames;
        limits.linger_ms = kLingerMs;
        limits.connected_only = true;
        auto socket = ZmqSocket::open(*m_context, ZmqRole::Dealer, limits);
        if (socket && socket->connect(m_address.ingest)) m_socket.emplace(std::move(*socket));
    }

    FileWatch m_lease;
    HubAddress m_address;
    std::unique_ptr<ZmqContext> m_context;  // before the socket: ends after it
    std::optional<ZmqSocket> m_socket;
};

}  // namespace

std::unique_ptr<Sink> makeRankSink(std::filesystem::path hub_lease) {
    return std::make_unique<RankSink>(std::move(hub_lease));
}

}  // namespace wattline
