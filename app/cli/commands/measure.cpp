// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/output_file.h"
#include "app/cli/wording.h"
#include "app/measure/measured_run.h"
#include "telemetry/runs/run_history.h"
#include "telemetry/wire/messages.h"

namespace wattline::cli {
namespace {

/// How long rank 0 waits for the last records of the other ranks before it reads the figures.
constexpr auto kOthersMayTake = std::chrono::seconds(5);

struct Options {
    MeasureRequest request;
    std::string json;
    bool quiet = false;
};

/// The run as its journals tell it, once all its processes have ended or that took too long.
Result<RunSummary> finishedRun(const RunFolder& folder) {
    const auto limit = std::chrono::steady_clock::now() + kOthersMayTake;
    for (;;) {
        auto history = RunHistory::open(folder);
        if (!history) return tl::unexpected(history.error());
        auto summary = (*history)->summary();
        if (isFinal(summary.state) || std::chrono::steady_clock::now() > limit) return summary;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

std::string sensorsText(const RunSummary& run) {
    std::string text;
    for (const auto& entry : run.energy) {
        const auto& sensor = entry.device.sensor;
        if (entry.device.method == EnergyMethod::None || text.find(sensor) != std::string::npos)
            continue;
        text += (text.empty() ? "" : ", ") + sensor;
    }
    return text.empty() ? "no sensor" : text;
}

/// "wattline: 183 J ± 9 J (counter; RAPL) in 10.0 s, 18.3 W, 0.0028 rank hours; run 2026..."
std::string oneLine(const RunSummary& run) {
    auto text = "wattline: energy " + energyText(run) + " by " + sensorsText(run) + ", " +
                durationText(run.wall_s) + ", mean power " + powerText(run.mean_power_w, run) +
                ", " + hoursText(run);
    if (!isFinal(run.state)) text += ", other ranks still running";
    return printable(text + "; wattline show " + run.spec.id) + "\n";
}

/// What rank 0 says at the end; the command's own exit code counts more than a failure here.
void report(const MeasuredRun& run, const Options& options) {
    if (options.quiet && options.json.empty()) return;
    const auto summary = finishedRun(run.folder);
    if (!summary) return printError(summary.error());
    if (!options.quiet) std::cerr << oneLine(*summary) << std::flush;
    if (options.json.empty()) return;
    if (auto ok = writeOutputFile(options.json, wire::toJson(*summary, 2) + "\n"); !ok)
        printError(ok.error());
}

Result<void> measure(const Options& options) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto place = processPlace([](const char* name) { return std::getenv(name); });
    if (!place) return tl::unexpected(place.error());
    const auto run = measureCommand(*workspace, *place, options.request);
    if (!run) return tl::unexpected(run.error());
    for (const auto& note : run->notes)
        if (!options.quiet) std::cerr << "wattline: " + printable(note) + "\n" << std::flush;
    if (place->rank == 0) report(*run, options);
    if (run->end.good()) return {};
    return fail(static_cast<ExitCode>(run->end.code), "");
}

void addOptions(CLI::App& command, Options& options) {
    auto& request = options.request;
    command.add_option("COMMAND", request.argv, "The program and its arguments, after --")
        ->required();
    command.add_option("--name", request.name, "Of the run; default: the command");
    command.add_option("--json", options.json, "Also write the run's figures into this file");
    command.add_flag("--quiet", options.quiet, "Say nothing at the end");
    command
        .add_option("--devices", request.devices,
                    "all, gpu, cpu, or ids of devices, separated by commas")
        ->capture_default_str();
    command
        .add_option("--idle-baseline", request.idle_baseline_s,
                    "Measure so many seconds before the command starts, to tell its energy above "
                    "idle")
        ->check(CLI::Range(0.0, 3600.0));
    command.add_option("--sample-period-ms", request.sample_period_ms, "Of power readings")
        ->check(CLI::Range(10, 60'000))
        ->capture_default_str();
    command
        .add_option("--rated-power-w", request.rated_power_w,
                    "Watts of this host's CPUs under load, where only an estimate is possible")
        ->check(CLI::Range(0.0, 1e6));
}

}  // namespace

void addMeasure(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("measure", "Run any program and record what it costs");
    auto options = std::make_shared<Options>();
    addOptions(*command, *options);
    command->positionals_at_end();
    command->footer(
        "The program keeps its standard input, output and error, gets the signals that come, and\n"
        "its exit code is this command's (128 + the signal that killed it; 127: not found). One\n"
        "line about its energy goes to standard error at the end. Under mpirun or srun all ranks\n"
        "are one run, and each device is read once.\n\n"
        "Examples:\n"
        "  wattline measure -- sleep 10\n"
        "  wattline measure --name baseline --idle-baseline 30 -- python3 train.py --epochs 3\n"
        "  mpirun -n 4 wattline measure --json figures.json -- ./solver input.dat\n"
        "  wattline measure --devices gpu -- ./render");
    command->callback(
        [&chosen, options] { chosen = [options](Console&) { return measure(*options); }; });
}

}  // namespace wattline::cli
