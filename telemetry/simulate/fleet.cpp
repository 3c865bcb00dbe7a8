// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/fleet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "telemetry/simulate/noise.h"

namespace wattline::simulate {
namespace {

enum Purpose : std::uint64_t { kUptime = 100, kWallClock };

constexpr double kLongestUptimeS = 40.0 * 86400.0;
/// Seconds of steps that a ring holds: a stalled disk drops nothing for so long.
constexpr double kRingSeconds = 4.0;
/// All ranks share one disk here; real ones sync the disks of their own nodes. So many syncs a
/// second a disk bears.
constexpr std::uint32_t kSyncsPerSecond = 64;

std::int64_t nanoseconds(double s) {
    return std::llround(s * 1e9);
}

std::string bootIdOf(const RunId& run, std::uint32_t node) {
    return "simulated-" + run + "-" + hostOf(node);
}

PublisherOptions optionsOf(const Plan& plan, const RunFolder& folder, std::uint32_t rank) {
    PublisherOptions options;
    options.run_folder = folder.path;
    const auto records = kRingSeconds * std::max(plan.rate_hz, 8.0 / plan.sample_period_s);
    options.ring_records = static_cast<std::size_t>(std::max(64.0, records));
    options.fsync_period_ms =
        static_cast<int>(1000 * std::max(1U, (plan.ranks + rank) / kSyncsPerSecond));
    options.takes_commands = rank == 0;
    return options;
}

wire::Hello helloOf(const Plan& plan, const RunId& run, std::uint32_t rank,
                    const SimulatedTime& time, const NodeClock& clock) {
    constexpr std::int64_t kFirstPid = 1000;  // made up, like the host: nobody looks for it
    const auto node = plan.nodeOf(rank);
    wire::Hello hello;
    hello.run = run;
    hello.rank = rank;
    hello.world_size = plan.ranks;
    hello.host = hostOf(node);
    hello.boot_id = bootIdOf(run, node);
    hello.version = WATTLINE_VERSION;
    hello.pid = kFirstPid + rank % plan.ranksPerNode();
    hello.started_mono_ns = clock.at(0);
    hello.started_unix_ns = clock.realtimeNs() - time.elapsedNs();
    hello.steps_planned = static_cast<std::int64_t>(plan.steps());
    hello.device_kind = "gpu";
    if (rank % plan.ranksPerNode() == 0) hello.devices = devicesOf(plan, run, node);
    return hello;
}

}  // namespace

std::string hostOf(std::uint32_t node) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "sim%04u", node);
    return text.data();
}

std::vector<std::unique_ptr<NodeClock>> makeClocks(const Plan& plan, const SimulatedTime& time) {
    std::vector<std::unique_ptr<NodeClock>> clocks;
    for (std::uint32_t node = 0; node < plan.nodes; ++node) {
        const bool skewed = plan.clock_skew_s > 0.0;
        const double uptime = skewed ? kLongestUptimeS * uniform({plan.seed, kUptime, node, 0}) : 0;
        const double error =
            plan.clock_skew_s * (2.0 * uniform({plan.seed, kWallClock, node, 0}) - 1.0);
        clocks.push_back(
            std::make_unique<NodeClock>(time, nanoseconds(uptime), nanoseconds(error)));
    }
    return clocks;
}

std::vector<PowerDevice> devicesOf(const Plan& plan, const RunId& run, std::uint32_t node) {
    std::vector<PowerDevice> devices;
    const auto first = node * plan.ranksPerNode();
    for (auto rank = first; rank < std::min(plan.ranks, first + plan.ranksPerNode()); ++rank) {
        PowerDevice device;
        device.id = "GPU-simulated-" + run + "-" + std::to_string(rank);
        device.label = "GPU " + std::to_string(rank - first) + " of " + hostOf(node);
        device.kind = "gpu";
        device.scope = "board";
        device.sensor = "made-up energy counter";
        device.method = EnergyMethod::Simulated;
        device.gain_low = 0.95;
        device.gain_high = 1.05;
        device.period_s = plan.sample_period_s;
        device.host = hostOf(node);
        device.boot_id = bootIdOf(run, node);
        devices.push_back(std::move(device));
    }
    return devices;
}

Result<std::vector<std::unique_ptr<VirtualRank>>>
openRanks(const Plan& plan, const RunFolder& folder, const Simulation::MakeSink& make_sink,
          const SimulatedTime& time, const std::vector<std::unique_ptr<NodeClock>>& clocks) {
    std::vector<std::unique_ptr<VirtualRank>> ranks;
    for (std::uint32_t rank = 0; rank < plan.ranks; ++rank) {
        const auto& clock = *clocks[plan.nodeOf(rank)];
        auto options = optionsOf(plan, folder, rank);
        options.hello = helloOf(plan, folder.id(), rank, time, clock);
        auto opened = VirtualRank::open(std::move(options), make_sink(rank), clock);
        if (!opened) return tl::unexpected(opened.error());
        ranks.push_back(std::move(*opened));
    }
    return ranks;
}

}  // namespace wattline::simulate
