// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_report.h"
#include "app/cli/run_sources.h"
#include "telemetry/wire/messages.h"

namespace wattline::cli {
namespace {

struct Options {
    std::string run;
    bool json = false;
};

Result<void> show(Console& console, const Options& options) {
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto run = readRun(*workspace, options.run);
    if (!run) return tl::unexpected(run.error());
    console.write(options.json ? wire::toJson(*run, 2) + "\n" : runReport(*run));
    return {};
}

}  // namespace

void addShow(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("show", "Show one run in figures");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->run, "Id, part of it, 'latest', or a run's folder")
        ->required();
    command->add_flag("--json", options->json, "One object; unknown figures are null");
    command->footer("Examples:\n"
                    "  wattline show latest\n"
                    "  wattline show 20261121-104512-7f3a --json\n"
                    "  wattline show /home/ada/runs/20261121-104512-7f3a");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return show(console, *options); };
    });
}

}  // namespace wattline::cli
