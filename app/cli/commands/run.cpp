// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/follow.h"
#include "app/cli/live_text.h"
#include "app/cli/run_options.h"
#include "app/cli/wording.h"
#include "app/client/hub_call.h"
#include "app/client/hub_connection.h"
#include "telemetry/core/disk_space.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/disk_forecast.h"
#include "trainer/launch/job_script.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    RunOptions run;
    bool detach = false, json = false, dry_run = false;
};

/// "Disk: 12.3 GiB free; up to 340.0 KiB for 2 ranks x 1000 steps, …"
std::string diskLine(const LaunchPreview& preview, const Workspace& workspace) {
    const auto space = diskSpaceOf(workspace.root());
    const auto free = space ? bytesText(space->available()) + " free" : space.error().message;
    return "Disk: " + free + "; up to " +
           describe(launch::forecastDisk(preview.spec, preview.steps_per_epoch)) + "\n";
}

Json diskJson(const LaunchPreview& preview, const Workspace& workspace) {
    const auto space = diskSpaceOf(workspace.root());
    const auto forecast = launch::forecastDisk(preview.spec, preview.steps_per_epoch);
    return {
        {"free_bytes", space ? Json(space->free) : Json(nullptr)},
        {"quota_left_bytes", space && space->quota_left ? Json(*space->quota_left) : Json(nullptr)},
        {"records_bytes", forecast.bytes},
        {"power_bytes_per_hour_and_device", forecast.bytes_per_hour_and_device}};
}

void printPreview(Console& console, const LaunchPreview& preview, const Workspace& workspace,
                  bool json) {
    if (json) {
        const Json document = {{"spec", Json::parse(wire::toJson(preview.spec))},
                               {"learning_rate", preview.learning_rate},
                               {"steps_per_epoch", preview.steps_per_epoch},
                               {"disk", diskJson(preview, workspace)},
                               {"warnings", preview.warnings},
                               {"script", preview.script}};
        console.write(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        return;
    }
    const auto& spec = preview.spec;
    console.write(printable(displayName(spec)) + "\n" + counted(spec.ranks, "rank") + " x LBS " +
                  std::to_string(spec.lbs) + " x " + counted(spec.accumulation, "micro-step") +
                  " = GBS " + std::to_string(spec.gbs) + "; " +
                  counted(preview.steps_per_epoch, "step") + " an epoch; learning rate " +
                  fixed(preview.learning_rate, 4) + " after warm-up\n");
    console.write(diskLine(preview, workspace));
    for (const auto& warning : preview.warnings)
        console.write("Note: " + printable(warning) + "\n");
    console.write("\nNothing was started. The job script would be:\n\n" + preview.script);
}

Result<RunId> launchThroughHub(const Workspace& workspace, const RunSpec& spec) {
    constexpr int kPatienceMs = 30'000;
    const auto lease = findHub(workspace, true);
    if (!lease) return tl::unexpected(lease.error());
    const auto answer =
        callHub(*lease, "launch", R"({"spec":)" + wire::toJson(spec) + "}", kPatienceMs);
    if (!answer) return tl::unexpected(answer.error());
    const auto result = Json::parse(answer->result, nullptr, false);
    if (!result.is_object() || !result.contains("run") || !result["run"].is_string())
        return fail(ExitCode::Unreachable, "the hub answered the launch with something else than a "
                                           "run's id; restart it with 'wattline hub stop'");
    return result["run"].get<std::string>();
}

Result<void> followToTheEnd(Console& console, const InterruptWatch& interrupt,
                            const Workspace& workspace, const RunId& id, bool json) {
    HubConnection hub(workspace, HubConnection::Start::IfMissing);
    const auto followed = follow(console, hub, interrupt, {id}, {json, false});
    if (!followed) return tl::unexpected(followed.error());
    if (followed->interrupted && !console.readerGone())
        return fail(static_cast<ExitCode>(130), "run " + id +
                                                    " goes on; stop it with 'wattline stop " + id +
                                                    "', see it with 'wattline watch " + id + "'");
    if (followed->runs.empty()) return {};  // nobody read our output, and the run goes on
    const auto& run = followed->runs.front();
    if (!isFinal(run.state)) return {};
    console.write(json ? wire::toJson(run, 2) + "\n" : endingText(run));
    return endingVerdict({run});
}

Result<void> run(Console& console, const Options& options) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto spec = withAbsolutePaths(options.run.specification());
    // What cannot run is refused here, with this shell's PATH, before a hub is started for it.
    const auto preview = launch::preview(spec, *workspace, launch::findTools());
    if (!preview) return tl::unexpected(preview.error());
    if (options.dry_run) {
        printPreview(console, *preview, *workspace, options.json);
        return {};
    }
    const InterruptWatch interrupt;  // from here on, Ctrl-C must say that a run goes on
    const auto id = launchThroughHub(*workspace, spec);
    if (!id) return tl::unexpected(id.error());
    if (options.detach) {
        const Json document = {{"id", *id}, {"folder", workspace->runFolder(*id).path.string()}};
        console.write(options.json ? document.dump(2) + "\n" : *id + "\n");
        return {};
    }
    if (!options.json) {
        console.write("Run " + *id + ": " + printable(displayName(preview->spec)) +
                      ". Ctrl-C leaves it running.\n");
        for (const auto& warning : preview->warnings)
            console.write("Note: " + printable(warning) + "\n");
        (void)console.flush();
    }
    return followToTheEnd(console, interrupt, *workspace, *id, options.json);
}

}  // namespace

void addRun(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("run", "Start a training and follow it until it ends");
    auto options = std::make_shared<Options>();
    options->run.addTo(*command);
    command->add_flag("--detach", options->detach, "Print the run's id and return at once");
    command->add_flag("--json", options->json, "Print one object, at the end");
    command->add_flag("--dry-run", options->dry_run,
                      "Print what follows from the options and the job script; start nothing");
    command->footer(
        "Give one or both of --lbs and --gbs: GBS = LBS x ranks x accumulation.\n"
        "Exit code 0 when the run finished, 1 when it failed or was lost.\n\n"
        "Examples:\n"
        "  wattline run --ranks 2 --lbs 32 --epochs 8\n"
        "  wattline run --model resnet50 --data imagefolder:photos --ranks 4 --gbs 256\n"
        "  wattline run --data synthetic --steps 100 --detach\n"
        "  wattline run --ranks 4 --gbs 128 --dry-run");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return run(console, *options); };
    });
}

}  // namespace wattline::cli
