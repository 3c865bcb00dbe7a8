// SPDX-License-Identifier: Apache-2.0
#include "app/measure/measured_run.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "app/measure/choose_devices.h"
#include "app/measure/join_run.h"
#include "telemetry/core/clock.h"
#include "telemetry/core/host.h"
#include "telemetry/core/units.h"
#include "telemetry/power/detect_sources.h"
#include "telemetry/sampling/sampled_publisher.h"
#include "telemetry/transport/rank_sink.h"

namespace wattline {
namespace {

constexpr auto kJoinPatience = std::chrono::seconds(30);

struct Sensors {
    PowerSources sources;
    std::string device_kind = "cpu";
};

Result<Sensors> findSensors(const MeasureRequest& request, std::vector<std::string>& notes) {
    DetectOptions options;
    options.rated_power_w = request.rated_power_w;
    auto chosen = chooseDevices(std::move(detectSources(options).sources), request.devices);
    if (!chosen) return tl::unexpected(chosen.error());
    Sensors sensors{std::move(*chosen)};
    for (const auto& source : sensors.sources)
        for (const auto& device : source->devices())
            if (device.kind == "gpu") sensors.device_kind = "gpu";
    if (sensors.sources.empty())
        notes.emplace_back("no sensor was found, so there is no energy, only hours; 'wattline "
                           "doctor' says what is missing");
    return sensors;
}

RunSpec specificationOf(const MeasureRequest& request, const ProcessPlace& place,
                        const std::string& device_kind) {
    RunSpec spec;
    spec.name = request.name;
    spec.command = quotedForShell(request.argv);
    spec.model = "command";
    spec.dataset = "none";
    spec.ranks = static_cast<int>(place.size);
    spec.rated_power_w = request.rated_power_w;
    spec.sample_period_ms = request.sample_period_ms;
    spec.device_kind = device_kind;
    return spec;
}

std::int64_t baselineNs(const MeasureRequest& request) {
    return static_cast<std::int64_t>(request.idle_baseline_s * kNanosPerSecond);
}

/// The hello opens the window: when the command is going to start.
PublisherOptions publisherOptions(const RunFolder& folder, const ProcessPlace& place,
                                  const MeasureRequest& request, const std::string& device_kind) {
    PublisherOptions options;
    options.run_folder = folder.path;
    options.hello.run = folder.id();
    options.hello.rank = place.rank;
    options.hello.world_size = place.size;
    options.hello.host = hostName();
    options.hello.boot_id = bootId();
    options.hello.version = WATTLINE_VERSION;
    options.hello.pid = getpid();
    options.hello.started_mono_ns = systemClock().monotonicNs() + baselineNs(request);
    options.hello.started_unix_ns = systemClock().realtimeNs() + baselineNs(request);
    options.hello.device_kind = device_kind;
    return options;
}

Result<CommandEnd> runCommand(const MeasureRequest& request, const SignalGate& gate,
                              SampledPublisher& out, MeasuredRun& run) {
    if (const auto early = gate.waitFor(std::chrono::nanoseconds(baselineNs(request)))) {
        run.started = false;
        return CommandEnd{128 + *early, *early};
    }
    const auto command = ChildCommand::start(request.argv, gate);
    if (!command) return tl::unexpected(command.error());
    out.publisher().setState(RunState::Running);
    return command->wait(gate);
}

/// How it ended goes into the records; the outcome is for `ended`.
std::string tellEnd(const Result<CommandEnd>& end, const MeasuredRun& run,
                    const ProcessPlace& place, Publisher& publisher) {
    if (end && end->good()) return "finished";
    if (end && !run.started) return "stopped";
    wire::Event failed;
    failed.kind = "failed";
    failed.text = place.size > 1 ? "rank " + std::to_string(place.rank) + ": " : "";
    failed.text += end ? "the command " + end->text() : end.error().message;
    publisher.event(std::move(failed));
    return "failed";
}

}  // namespace

std::string quotedForShell(const std::vector<std::string>& argv) {
    constexpr std::string_view kPlain = "@%+=:,./-_";
    std::string text;
    for (const auto& word : argv) {
        const bool plain = !word.empty() && std::ranges::all_of(word, [&](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   kPlain.find(c) != std::string_view::npos;
        });
        if (!text.empty()) text += ' ';
        if (plain) {
            text += word;
            continue;
        }
        text += '\'';
        for (const char c : word)
            text += c == '\'' ? std::string("'\\''") : std::string(1, c);
        text += '\'';
    }
    return text;
}

Result<MeasuredRun> measureCommand(const Workspace& workspace, const ProcessPlace& place,
                                   const MeasureRequest& request) {
    if (auto found = ChildCommand::find(request.argv.front()); !found)
        return tl::unexpected(found.error());
    MeasuredRun run;
    auto sensors = findSensors(request, run.notes);
    if (!sensors) return tl::unexpected(sensors.error());
    auto folder = joinRun(workspace, place, specificationOf(request, place, sensors->device_kind),
                          kJoinPatience);
    if (!folder) return tl::unexpected(folder.error());
    run.folder = *folder;

    const SignalGate gate;  // before the threads of publisher and sampler
    SamplerOptions sampling;
    sampling.period_ms = request.sample_period_ms;
    auto out =
        SampledPublisher::open(publisherOptions(*folder, place, request, sensors->device_kind),
                               makeRankSink(workspace.hubLease()), std::move(sensors->sources),
                               std::move(sampling), systemClock(), run.notes);
    if (!out) return tl::unexpected(out.error());
    const auto end = runCommand(request, gate, **out, run);
    const auto outcome = tellEnd(end, run, place, (*out)->publisher());
    if (const auto closed = (*out)->close(outcome); !closed)
        run.notes.push_back(closed.error().message);
    if (!end) return tl::unexpected(end.error());
    run.end = *end;
    return run;
}

}  // namespace wattline
