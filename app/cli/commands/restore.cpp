// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "telemetry/housekeeping/trash.h"

namespace wattline::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    bool json = false;
};

Result<void> restore(Console& console, const Options& options) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    auto restored = nlohmann::json::array();
    Result<void> outcome;
    for (const auto& text : options.runs) {
        const auto id = restoreFromTrash(*workspace, text);
        if (!id) {
            outcome = tl::unexpected(id.error());
            break;
        }
        restored.push_back(*id);
        if (!options.json) console.write("Run " + *id + " is back.\n");
    }
    if (options.json) console.write(restored.dump() + "\n");
    return outcome;
}

}  // namespace

void addRestore(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("restore", "Bring runs back from the trash");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Runs in the trash: id or part of it")->required();
    command->add_flag("--json", options->json, "An array of the ids that are back");
    command->footer("Examples:\n"
                    "  wattline disk                    what is in the trash\n"
                    "  wattline restore 20261121-104512-7f3a");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return restore(console, *options); };
    });
}

}  // namespace wattline::cli
