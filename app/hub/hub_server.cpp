// SPDX-License-Identifier: Apache-2.0
#include "app/hub/hub_server.h"

#include <csignal>
#include <cstring>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "app/hub/command_desk.h"
#include "app/hub/frame_intake.h"
#include "app/hub/launch_desk.h"
#include "app/hub/lease_keeper.h"
#include "app/hub/request_handler.h"
#include "app/hub/run_registry.h"
#include "telemetry/transport/hub_sockets.h"

namespace wattline {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLeasePeriod = 2 * kSecond;
constexpr int kReceiveMs = 20;
/// After so many messages in a row the hub looks after its runs, even when more are waiting.
constexpr int kMessagesInARow = 512;

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
          intake(*registry, commands, counters),
          handler({workspace, *registry, commands, launches, counters, clock, lease->lease()}),
          used_ns(clock.monotonicNs()) {}

    /// One bad message must not end the hub: whatever it makes a library throw is counted.
    void take(const HubSockets::Incoming& message) noexcept {
        try {
            takeUnguarded(message);
        } catch (const std::exception& problem) {
            ++(message.from_client ? counters.bad_requests : counters.bad_frames);
            spdlog::error("hub: a message could not be handled: {}", problem.what());
        }
    }

    void takeUnguarded(const HubSockets::Incoming& message) {
        if (!message.from_client) {
            for (const auto& part : message.parts)
                intake.take(part, message.peer);
            return;
        }
        used_ns = clock.monotonicNs();
        handler.handle(message.parts, [this, peer = message.peer](std::vector<Bytes> parts) {
            sockets->sendToClient(peer, parts);  // a client that is gone needs no answer
        });
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
        if (options.idle_seconds <= 0 || !registry->liveRuns().empty()) used_ns = now;
        return now - used_ns > options.idle_seconds * kSecond && options.idle_seconds > 0;
    }

    const Clock& clock = systemClock();
    HubOptions options;
    std::unique_ptr<LeaseKeeper> lease;
    std::unique_ptr<HubSockets> sockets;
    std::unique_ptr<RunRegistry> registry;
    HubCounters counters;
    CommandDesk commands;
    FrameIntake intake;
    RequestHandler handler;
    LaunchDesk launches;  ///< ends before what its jobs' answers use
    std::int64_t used_ns;
    std::int64_t next_lease_ns = 0;
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
    auto sockets = HubSockets::bind(*folder);
    if (!sockets) return tl::unexpected(sockets.error());
    if (auto ok = (*lease)->publish((*sockets)->ingestEndpoint(), (*sockets)->clientEndpoint());
        !ok)
        return tl::unexpected(ok.error());
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
        auto message = hub.sockets->receive(kReceiveMs);
        for (int taken = 0; message; message = hub.sockets->receive(0)) {
            hub.take(*message);
            if (++taken == kMessagesInARow) break;
        }
        for (auto& finish : hub.launches.takeFinished())
            finish();
        hub.registry->tend();
        hub.commands.tend();
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
