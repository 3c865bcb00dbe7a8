// SPDX-License-Identifier: Apache-2.0
#include "trainer/cli/rank_telemetry.h"

#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/power/detect_sources.h"
#include "telemetry/transport/rank_sink.h"

namespace wattline::trainer {
namespace {

struct Sensors {
    std::unique_ptr<SamplerLock> lock;
    std::vector<std::unique_ptr<PowerSource>> sources;
};

/// The sensors that this rank samples; none where another rank of this host does.
Sensors findSensors(const RunSpec& spec, const RunId& run, std::vector<std::string>& notes) {
    auto lock = SamplerLock::tryAcquire(run);
    if (!lock) {
        notes.push_back("no power is measured: " + lock.error().message);
        return {};
    }
    if (*lock == nullptr) return {};
    DetectOptions options;
    options.gpus = spec.device_kind == "gpu";
    options.rated_power_w = spec.rated_power_w;
    auto found = detectSources(options);
    if (found.sources.empty()) notes.push_back("no power is measured: no sensor was found");
    return {std::move(*lock), std::move(found.sources)};
}

wire::Hello makeHello(const RankIdentity& identity) {
    wire::Hello hello;
    hello.run = identity.folder.id();
    hello.rank = static_cast<std::uint32_t>(identity.rank);
    hello.world_size = static_cast<std::uint32_t>(identity.spec.ranks);
    hello.host = hostName();
    hello.boot_id = bootId();
    hello.version = WATTLINE_VERSION;
    hello.pid = getpid();
    hello.started_mono_ns = identity.started_mono_ns;
    hello.started_unix_ns = identity.started_unix_ns;
    hello.steps_planned = identity.steps_planned;
    hello.device_kind = identity.spec.device_kind;
    return hello;
}

}  // namespace

Result<std::unique_ptr<RankTelemetry>> RankTelemetry::open(const RankIdentity& identity,
                                                           const Clock& clock,
                                                           std::vector<std::string>& notes) {
    auto sensors = findSensors(identity.spec, identity.folder.id(), notes);
    const int period_ms = identity.spec.sample_period_ms;
    PublisherOptions options;
    options.run_folder = identity.folder.path;
    options.hello = makeHello(identity);
    options.hello.devices = PowerSampler::devices(sensors.sources, period_ms);
    options.takes_commands = identity.rank == 0;
    // The run folder lies in WORKSPACE/runs; the hub's address lies in the workspace.
    const auto workspace = identity.folder.path.parent_path().parent_path();
    auto publisher =
        Publisher::open(std::move(options), makeRankSink(workspace / "hub.json"), clock);
    if (!publisher) return tl::unexpected(publisher.error());

    std::unique_ptr<RankTelemetry> telemetry(
        new RankTelemetry(std::move(sensors.lock), std::move(*publisher)));
    if (!sensors.sources.empty())
        telemetry->m_sampler = std::make_unique<PowerSampler>(
            std::move(sensors.sources), period_ms,
            [&out = *telemetry->m_publisher](const PowerRecord& record) {
                out.recordPower(record);
            },
            clock);
    return telemetry;
}

Result<void> RankTelemetry::close(const std::string& outcome) {
    if (m_sampler) m_sampler->stop();
    return m_publisher->close(outcome);
}

}  // namespace wattline::trainer
