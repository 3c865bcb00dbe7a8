// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/hub_route.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "telemetry/core/host.h"
#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/keys.h"
#include "telemetry/wire/json_reader.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

/// The text of a file that is ours; empty for anybody else's. A run folder may lie beneath a folder
/// where others can write: their lease would lead our records to them, and their commands to us.
std::string readOwnFile(const fs::path& path) {
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

/// Without keys there is no way over tcp: fail closed.
std::optional<CurveClient> rankCurve(const fs::path& folder) {
    const KeyFolder keys(folder);
    const auto server = keys.hubPublicKey();
    const auto mine = keys.read(KeyOwner::Rank);
    if (!server || !mine) return std::nullopt;
    return CurveClient{*server, mine->public_key, mine->secret_key};
}

}  // namespace

bool HubFinder::Watch::changed() noexcept {
    struct stat info {};
    const bool there = ::stat(m_path.c_str(), &info) == 0;
    const Mark now{there, info.st_ino, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
    return !(std::exchange(m_mark, now) == now);
}

HubFinder::HubFinder(Options options)
    : m_options([&] {
          if (options.keys.empty()) options.keys = options.lease.parent_path() / "keys";
          if (options.boot_id.empty()) options.boot_id = bootId();
          return std::move(options);
      }()),
      m_lease(m_options.lease), m_relay_file(m_options.relay) {}

HubRoute HubFinder::find() {
    const MutexLock lock(m_mutex);
    if (!m_options.relay.empty()) {
        if (m_relay_file.changed()) m_relay = readRelay();
        if (m_relay && isAlive(m_relay->process))
            return {m_relay->endpoint, {}, m_relay->process.boot_id, m_relay->process.pid};
    }
    // A route that leads nowhere is looked for each time; it may be a network file system's mood.
    if (m_lease.changed() || m_route.endpoint.empty()) m_route = readLease();
    return m_route;
}

std::optional<RelayRecord> HubFinder::readRelay() const {
    auto record = parseRelayRecord(readOwnFile(m_options.relay));
    return record ? std::optional(std::move(*record)) : std::nullopt;
}

HubRoute HubFinder::readLease() const {
    auto in = wire::JsonReader::parse(readOwnFile(m_options.lease), "hub.json");
    if (!in) return {};
    HubRoute route;
    std::string here, elsewhere;
    in->optional("ingest", here);
    in->optional("ingest_tcp", elsewhere);
    in->optional("boot_id", route.boot_id);
    in->optional("pid", route.pid);
    if (!in->status()) return {};
    // A hub on another host has an ipc file of the same name there; ours would lead nowhere.
    const bool local = route.boot_id.empty() || route.boot_id == m_options.boot_id;
    if (local && ipcFile(here)) {
        route.endpoint = here;
    } else if (elsewhere.starts_with("tcp://")) {
        route.curve = rankCurve(m_options.keys);
        if (route.curve) route.endpoint = elsewhere;
    }
    return route;
}

}  // namespace wattline
