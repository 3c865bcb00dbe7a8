// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/relay.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "telemetry/core/workspace.h"
#include "telemetry/transport/folder_lock.h"
#include "telemetry/transport/hub_link.h"
#include "telemetry/transport/ipc_path.h"
#include "telemetry/transport/open_files.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr auto kTendPeriod = std::chrono::seconds(1);
/// Of one rank, waiting for the relay; of all ranks, waiting for the hub.
constexpr int kQueuedPerRank = 64, kQueuedForHub = 4096;
constexpr int kMaxFrameBytes = 4 << 20;
constexpr std::size_t kRanks = 2048;
constexpr int kMessagesATurn = 1024;

/// Short, and another one for each run: several runs may share a node.
std::string socketName(const fs::path& run_folder) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "relay-%08zx.sock",
                  std::hash<std::string>{}(run_folder.string()) & 0xffffffffU);
    return text.data();
}

Result<ZmqSocket> bindRanks(const ZmqContext& context, const fs::path& file) {
    ::unlink(file.c_str());  // left behind by a relay that was killed: ours is the lock
    ZmqLimits limits;
    limits.high_water_mark = kQueuedPerRank;
    limits.max_message_bytes = kMaxFrameBytes;
    auto socket = ZmqSocket::open(context, ZmqRole::Router, limits);
    if (!socket) return socket;
    if (auto ok = socket->onlyUser(::geteuid()); !ok) return tl::unexpected(ok.error());
    if (auto ok = socket->bind("ipc://" + file.string()); !ok) return tl::unexpected(ok.error());
    return socket;
}

}  // namespace

struct Relay::Impl {
    FolderLock lock;  // first: given back last
    fs::path record;
    std::shared_ptr<HubLinkShared> shared;
    ZmqSocket ranks;
    HubLink hub;
    RelayCounters counters{};
    ZmqMessage message{};
    steady_clock::time_point next_tend{};

    void tend() {
        if (steady_clock::now() < next_tend) return;
        next_tend = steady_clock::now() + kTendPeriod;
        try {
            hub.follow();
        } catch (const std::exception&) {
            hub.drop();  // out of memory, or the like: the next call begins anew
        }
    }

    /// `[address, frame]` of a rank, as it is.
    void forwardUp() {
        for (int i = 0; i < kMessagesATurn; ++i) {
            const auto got = ranks.receive(message);
            if (got == ZmqSocket::Received::Nothing) return;
            if (got != ZmqSocket::Received::Message || message.parts().size() != 2)
                ++counters.misshapen;
            else
                ++(hub.send(message.parts()) ? counters.up : counters.dropped);
        }
    }

    /// `[address, frame]` of the hub, as it is.
    void forwardDown() {
        for (int i = 0; i < kMessagesATurn && hub.receive(message); ++i) {
            if (message.parts().size() != 2)
                ++counters.misshapen;
            else
                ++(ranks.send(message.parts()) ? counters.down : counters.undeliverable);
        }
    }
};

Relay::Relay(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Relay::~Relay() {
    std::error_code ignored;
    fs::remove(m_impl->record, ignored);
}

Result<std::unique_ptr<Relay>> Relay::open(const Options& options) {
    const auto name = socketName(options.run_folder);
    if (auto ok = checkSocketFolder(options.socket_folder, name); !ok)
        return tl::unexpected(ok.error());
    const auto file = options.socket_folder / name;
    auto lock = FolderLock::take(file.string() + ".lock",
                                 "a relay of " + options.run_folder.string() +
                                     " runs on this node already; use that one or stop it");
    if (!lock) return tl::unexpected(lock.error());
    if (auto ok = allowOpenFiles(kRanks); !ok) return tl::unexpected(ok.error());
    HubFinder::Options where;
    where.lease = options.hub_lease;
    where.boot_id = options.boot_id;
    auto shared = std::make_shared<HubLinkShared>(std::move(where), 0);
    auto ranks = bindRanks(shared->context, file);
    if (!ranks) return tl::unexpected(ranks.error());
    const auto record = relayRecordFile(options.run_folder);
    ::mkdir(record.parent_path().c_str(), 0700);
    if (auto ok = writeFileAtomically(
            record, toJson(RelayRecord{"ipc://" + file.string(), identifySelf()}));
        !ok)
        return tl::unexpected(ok.error());
    HubLink hub(shared, kQueuedForHub);
    return std::unique_ptr<Relay>(new Relay(std::unique_ptr<Impl>(
        new Impl{std::move(*lock), record, std::move(shared), std::move(*ranks), std::move(hub)})));
}

void Relay::turn(int timeout_ms) {
    auto& relay = *m_impl;
    relay.tend();
    std::array<void*, 2> handles{relay.ranks.handle(), relay.hub.handle()};
    const std::size_t count = handles[1] != nullptr ? 2 : 1;
    if (waitReadable(std::span(handles).first(count), timeout_ms) == 0) return;
    relay.forwardUp();
    relay.forwardDown();
    relay.message.clear();
}

void Relay::run(const std::atomic<bool>& stop) {
    constexpr int kWaitMs = 200;
    while (!stop)
        turn(kWaitMs);
}

const RelayCounters& Relay::counters() const noexcept {
    return m_impl->counters;
}

}  // namespace wattline
