// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_sources.h"
#include "app/cli/text_table.h"
#include "app/cli/wording.h"
#include "telemetry/wire/messages.h"

namespace wattline::cli {
namespace {

std::string jsonList(const std::vector<RunSummary>& runs) {
    std::string out = "[";
    for (std::size_t i = 0; i < runs.size(); ++i)
        out += (i == 0 ? "\n" : ",\n") + wire::toJson(runs[i]);
    return out + (runs.empty() ? "]\n" : "\n]\n");
}

std::string table(const std::vector<RunSummary>& runs) {
    constexpr auto kRight = TextTable::Align::Right;
    TextTable table({{"RUN"},
                     {"STATE"},
                     {"NAME"},
                     {"STEP", kRight},
                     {"LOSS", kRight},
                     {"VAL LOSS", kRight},
                     {"TOP-1 ERROR", kRight},
                     {"HOURS", kRight},
                     {"ENERGY", kRight}});
    for (const auto& run : runs)
        table.addRow({run.spec.id, std::string(name(run.state)), displayName(run.spec),
                      grouped(run.step), fixed(run.train_loss, 4), fixed(run.val_loss, 4),
                      errorShareText(run.final_top1_error), hoursText(run), energyText(run)});
    return table.text();
}

Result<void> list(Console& console, bool json) {
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto found = listRuns(*workspace);
    if (json)
        console.write(jsonList(found.runs));
    else if (found.runs.empty())
        console.write("No runs yet in " + workspace->root().string() +
                      "; start one with 'wattline run'.\n");
    else
        console.write(table(found.runs));
    if (found.unreadable.empty()) return {};
    const auto more = found.unreadable.size() - 1;
    return fail(ExitCode::Integrity,
                found.unreadable.front().message +
                    (more == 0 ? "" : " (and " + std::to_string(more) + " more runs like it)"));
}

}  // namespace

void addList(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("list", "List the runs of the workspace, newest first");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "An array of what 'show --json' prints");
    command->footer("Examples:\n"
                    "  wattline list\n"
                    "  wattline list --json | jq -r '.[0].id'");
    command->callback(
        [&chosen, json] { chosen = [json](Console& console) { return list(console, *json); }; });
}

}  // namespace wattline::cli
