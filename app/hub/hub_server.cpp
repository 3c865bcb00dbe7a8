// SPDX-License-Identifier: Apache-2.0
#include "app/hub/hub_server.h"

#include <csignal>
#include <cstring>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/hub/acknowledger.h"
#include "app/hub/command_desk.h"
#include "app/hub/disk_watch.h"
#include "app/hub/frame_intake.h"
#include "app/hub/launch_desk.h"
#include "app/hub/lease_keeper.h"
#include "app/hub/listen_setting.h"
#include "app/hub/refusals.h"
#include "app/hub/request_handler.h"
#include "app/hub/run_registry.h"
#include "telemetry/transport/hub_sockets.h"
#include "telemetry/transport/open_files.h"

namespace wattline {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLeasePeriod = 2 * kSecond;
constexpr int kReceiveMs = 20;
/// After so many messages in a row the hub looks after its runs, even when more are waiting.
constexpr int kFramesInARow = 4096, kRequestsInARow = 64;
/// Frames that came in one by one are let gather so long: waking up costs more than a frame.
/// Clients are answered at once all the same.
constexpr int kGatherMs = 4;
constexpr std::int64_t kRefusalPeriod = 10 * kSecond;

void logTo(const std::filesystem::path& file) {
    constexpr std::size_t kBytes = std::size_t{4} << 20;
    constexpr std::size_t kFiles = 2;
    try {
        auto logger = spdlog::rotating_logger_st("hub", file.string(), kBytes, kFiles);
        logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        logger->flush_on(spdlog::level::info);
        spdlog::set_default_logger(std::move(logger));
    } catch (const spdlog::spdlog_ex& problem) {
        spdlog::warn("the log goes to standard output: {}", problem.what());
    }
}

/// A connection is a descriptor: thousands of ranks and relays need more than the usual soft limit.
constexpr std::size_t kConnections = 8192;

Result<std::unique_ptr<HubSockets>>
bindSockets(const Workspace& workspace, const std::filesystem::path& folder, std::string listen) {
    if (listen.empty()) listen = savedListenAddress(workspace);
    if (listen.empty()) return HubSockets::bind(folder);
    const auto address = parseListenAddress(listen);
    if (!address) return tl::unexpected(address.error());
    // Fewer are enough for most runs: whoever finds no descriptor left tries again.
    if (auto ok = allowOpenFiles(kConnections); !ok) spdlog::warn("hub: {}", ok.error().message);
    return HubSockets::bind(folder, *address, KeyFolder(workspace.root() / "keys"));
}

}  // namespace

struct HubServer::Impl {
    Impl(const Workspace& workspace, HubOptions the_options, std::unique_ptr<LeaseKeeper> the_lease,
         std::unique_ptr<HubSockets> the_sockets, std::unique_ptr<RunRegistry> the_registry)
        : options(the_options), lease(std::move(the_lease)), sockets(std::move(the_sockets)),
          registry(std::move(the_registry)),
          commands(workspace, *registry, clock,
                   [this](const std::string& peer, std::span<const std::byte> frame) {
                       return sockets->sendToRank(peer, frame);
                   }),
          acknowledger(*registry, clock,
                       [this](const std::string& peer, std::span<const std::byte> frame) {
                           return sockets->sendToRank(peer, frame);
                       }),
          intake(*registry, commands, counters),
          handler({workspace, *registry, commands, launches, counters, clock, lease->lease(),
                   [this] { return sockets->counters(); }, [this] { return disk.report(); }}),
          disk(workspace, clock, {diskSpaceOf, diskUse}), used_ns(clock.monotonicNs()) {}

    /// One bad message must not end the hub: whatever it makes a library throw is counted.
    void take(const HubSockets::Delivery& message) noexcept {
        const bool from_rank = message.role == PeerRole::Rank;
        try {
            if (from_rank)
                intake.take(message.parts.front(), message.peer);
            else
                takeRequest(message);
        } catch (const std::exception& problem) {
            ++(from_rank ? counters.bad_frames : counters.bad_requests);
            spdlog::error("hub: a message could not be handled: {}", problem.what());
        }
    }

    void takeRequest(const HubSockets::Delivery& message) {
        used_ns = clock.monotonicNs();
        handler.handle(message.parts, message.role,
                       [this, peer = message.peer](std::vector<Bytes> parts) {
                           sockets->sendToClient(peer, parts);  // who is gone needs no answer
                       });
    }

    /// Waits for messages and takes them, a bounded number at a time.
    void takeMessages() {
        sockets->wait(gathering ? HubSockets::WaitFor::Clients : HubSockets::WaitFor::Everybody,
                      gathering ? kGatherMs : kReceiveMs);
        const auto handle = [this](const HubSockets::Delivery& message) { take(message); };
        sockets->takeFromClients(kRequestsInARow, handle);
        const int frames = sockets->takeFromRanks(kFramesInARow, handle);
        gathering = frames > 0 && frames < kFramesInARow / 2;
    }

    /// Says in one sentence who was kept out since it last did.
    void reportRefusals() {
        const auto now = clock.monotonicNs();
        if (now < next_refusals_ns) return;
        next_refusals_ns = now + kRefusalPeriod;
        for (const auto& sentence : refusalsSince(reported, sockets->counters()))
            spdlog::warn("hub: {}", sentence);
        reported = sockets->counters();
    }

    /// Says it once when the disk begins to run out, and once when it no longer does.
    void watchDisk() {
        if (!disk.isDue()) return;
        const bool warned = !disk.report().warning.empty();
        disk.tend(registry->liveRuns());
        const auto& warning = disk.report().warning;
        if (!warned && !warning.empty()) spdlog::warn("hub: {}", warning);
        if (warned && warning.empty()) spdlog::info("hub: the disk has room again");
    }

    /// False when hub.json is no longer ours.
    [[nodiscard]] bool keepLease() {
        const auto now = clock.monotonicNs();
        if (now < next_lease_ns) return true;
        next_lease_ns = now + kLeasePeriod;
        return lease->renew();
    }

    [[nodiscard]] bool isIdle() {
        const auto now = clock.monotonicNs();
        if (options.idle_seconds <= 0 || registry->liveCount() > 0) used_ns = now;
        return now - used_ns > options.idle_seconds * kSecond && options.idle_seconds > 0;
    }

    const Clock& clock = systemClock();
    HubOptions options;
    std::unique_ptr<LeaseKeeper> lease;
    std::unique_ptr<HubSockets> sockets;
    std::unique_ptr<RunRegistry> registry;
    HubCounters counters;
    CommandDesk commands;
    Acknowledger acknowledger;
    FrameIntake intake;
    RequestHandler handler;
    DiskWatch disk;
    LaunchDesk launches;  ///< ends before what its jobs' answers use
    std::int64_t used_ns;
    std::int64_t next_lease_ns = 0, next_refusals_ns = 0;
    TransportCounters reported;
    bool gathering = false;
    bool owns = true;
};

HubServer::HubServer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

HubServer::~HubServer() {
    if (m_impl->owns) m_impl->registry->saveAll();
    spdlog::info("hub: end");
}

Result<std::unique_ptr<HubServer>> HubServer::open(const Workspace& workspace, HubOptions options) {
    auto lease = LeaseKeeper::acquire(workspace);
    if (!lease) return tl::unexpected(lease.error());
    if (options.log_to_file) logTo(workspace.hubLog());
    auto registry = RunRegistry::open(workspace, systemClock());
    if (!registry) return tl::unexpected(registry.error());
    const auto folder = workspace.socketFolder();
    if (!folder) return tl::unexpected(folder.error());
    auto sockets = bindSockets(workspace, *folder, options.listen);
    if (!sockets) return tl::unexpected(sockets.error());
    if (auto ok = (*lease)->publish((*sockets)->endpoints()); !ok)
        return tl::unexpected(ok.error());
    if (const auto& tcp = (*sockets)->endpoints().ingest_tcp; !tcp.empty())
        spdlog::info("hub: listens on {} for ranks and {} for clients", tcp,
                     (*sockets)->endpoints().client_tcp);
    spdlog::info("hub {}: process {} serves {}", WATTLINE_VERSION, getpid(),
                 workspace.root().string());
    return std::unique_ptr<HubServer>(new HubServer(std::make_unique<Impl>(
        workspace, options, std::move(*lease), std::move(*sockets), std::move(*registry))));
}

void HubServer::run(const std::atomic<bool>& stop) {
    auto& hub = *m_impl;
    while (!stop && !hub.handler.shutdownRequested() && !hub.isIdle()) {
        if (!hub.keepLease()) {
            spdlog::error("hub: another hub took the workspace over; ending");
            hub.owns = false;
            return;
        }
        hub.takeMessages();
        for (auto& finish : hub.launches.takeFinished())
            finish();
        hub.registry->tend();
        for (const auto& request : hub.registry->takeReplayRequests())
            hub.sockets->sendToRank(request.peer, request.frame);
        hub.commands.tend();
        hub.acknowledger.tend();
        hub.reportRefusals();
        hub.watchDisk();
    }
}

namespace {

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void noteStop(int /*signal*/) {
    g_stop = true;
}

void handleSignals() {
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = noteStop;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    action.sa_handler = SIG_IGN;  // jobs are nobody's children that matter: the kernel reaps them
    sigaction(SIGCHLD, &action, nullptr);
    sigaction(SIGPIPE, &action, nullptr);
    sigaction(SIGHUP, &action, nullptr);
}

}  // namespace

Result<void> serveHub(const Workspace& workspace, HubOptions options) {
    handleSignals();
    auto server = HubServer::open(workspace, options);
    if (!server) return tl::unexpected(server.error());
    (*server)->run(g_stop);
    return {};
}

}  // namespace wattline
