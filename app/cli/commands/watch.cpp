// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/follow.h"
#include "app/cli/live_text.h"
#include "app/cli/run_sources.h"
#include "app/client/hub_connection.h"
#include "telemetry/wire/messages.h"

namespace wattline::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    bool json = false;
};

/// The runs that were named, else all that are going on.
Result<std::vector<RunSummary>> chooseRuns(const Workspace& workspace, const Options& options) {
    if (!options.runs.empty()) return readRuns(workspace, options.runs);
    auto runs = listRuns(workspace).runs;
    std::erase_if(runs, [](const RunSummary& run) { return isFinal(run.state); });
    return runs;
}

void print(Console& console, const std::vector<RunSummary>& runs, bool json) {
    if (json) {
        std::string out = "[";
        for (const auto& run : runs)
            out += (out.size() > 1 ? ",\n" : "\n") + wire::toJson(run);
        console.write(out + "\n]\n");
        return;
    }
    for (const auto& line : statusTable(runs, console.columns()))
        console.write(line + "\n");
}

Result<void> watch(Console& console, const Options& options) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto runs = chooseRuns(*workspace, options);
    if (!runs) return tl::unexpected(runs.error());
    if (runs->empty() && !options.json) {
        console.write("Nothing is going on; start a run with 'wattline run', or name runs to see "
                      "('wattline list').\n");
        return {};
    }
    const auto ended = [](const RunSummary& run) { return isFinal(run.state); };
    if (std::ranges::all_of(*runs, ended)) {
        print(console, *runs, options.json);
        return endingVerdict(*runs);
    }
    std::vector<RunId> ids;
    for (const auto& run : *runs)
        ids.push_back(run.spec.id);
    const InterruptWatch interrupt;
    HubConnection hub(*workspace, HubConnection::Start::IfMissing);
    const auto followed = follow(console, hub, interrupt, ids, {options.json, true});
    if (!followed) return tl::unexpected(followed.error());
    if (followed->interrupted && !console.readerGone())
        return fail(static_cast<ExitCode>(130), "stopped watching; the runs go on");
    if (options.json || !console.isTerminal()) print(console, followed->runs, options.json);
    return endingVerdict(followed->runs);
}

}  // namespace

void addWatch(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "watch", "Watch runs live: state, loss, power, energy over GPU hours; ends when they end");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Runs to watch; default: all that are going on");
    command->add_flag("--json", options->json,
                      "Wait quietly; print an array of summaries at the end");
    command->footer("Examples:\n"
                    "  wattline watch\n"
                    "  wattline watch latest\n"
                    "  wattline watch latest --json > summary.json");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return watch(console, *options); };
    });
}

}  // namespace wattline::cli
