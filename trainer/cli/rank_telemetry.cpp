// SPDX-License-Identifier: Apache-2.0
#include "trainer/cli/rank_telemetry.h"

#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/power/detect_sources.h"
#include "telemetry/transport/rank_sink.h"

namespace wattline::trainer {
namespace {

/// Every rank opens the sensors of what it uses; which rank of the host reads which of them is
/// settled by the samplers among themselves.
PowerSources findSensors(const RankIdentity& identity, std::vector<std::string>& notes) {
    DetectOptions options;
    options.gpus = identity.spec.device_kind == "gpu";
    options.rated_power_w = identity.spec.rated_power_w;
    auto found = detectSources(options);
    if (found.sources.empty() && identity.rank == 0)
        notes.push_back("no power is measured: no sensor was found");
    return std::move(found.sources);
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
    PublisherOptions options;
    options.run_folder = identity.folder.path;
    options.hello = makeHello(identity);
    options.takes_commands = identity.rank == 0;
    SamplerOptions sampling;
    sampling.period_ms = identity.spec.sample_period_ms;
    // The run folder lies in WORKSPACE/runs; the hub's address lies in the workspace.
    const auto workspace = identity.folder.path.parent_path().parent_path();
    auto sink = makeRankSink(workspace / "hub.json", identity.folder.path);
    auto out =
        SampledPublisher::open(std::move(options), std::move(sink), findSensors(identity, notes),
                               std::move(sampling), clock, notes);
    if (!out) return tl::unexpected(out.error());
    return std::unique_ptr<RankTelemetry>(new RankTelemetry(std::move(*out)));
}

}  // namespace wattline::trainer
