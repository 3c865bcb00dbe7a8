// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_sources.h"
#include "app/cli/wording.h"
#include "telemetry/core/disk_space.h"
#include "telemetry/housekeeping/compress_run.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> runs;
    bool all = false, json = false;
};

std::string toText(const RunId& id, const CompressReport& report) {
    if (report.parts == 0) return id + "  nothing to do: its journals are compressed\n";
    return id + "  " + counted(static_cast<std::int64_t>(report.parts), "journal file") + ": " +
           bytesText(report.bytes_before) + " are " + bytesText(report.bytes_after) + " now\n";
}

/// Every run that has ended in order; others are refused only when they were named.
std::vector<RunFolder> endedRuns(const Workspace& workspace) {
    std::vector<RunFolder> folders;
    for (const auto& run : listRuns(workspace).runs)
        if (run.state == RunState::Finished || run.state == RunState::Failed)
            folders.push_back(workspace.runFolder(run.spec.id));
    return folders;
}

Result<void> compress(Console& console, const Options& options) {
    if (options.runs.empty() != options.all)
        return fail(ExitCode::Usage, "name runs, or give --all for every run that has ended");
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    auto folders = options.all ? Result<std::vector<RunFolder>>(endedRuns(*workspace))
                               : findFolders(*workspace, options.runs);
    if (!folders) return tl::unexpected(folders.error());
    auto done = Json::array();
    Result<void> outcome;
    for (const auto& folder : *folders) {
        const auto report = compressRun(folder);
        if (!report) {
            // The others need not wait for somebody to look at this one.
            if (outcome) outcome = tl::unexpected(report.error());
            continue;
        }
        done.push_back({{"id", folder.id()},
                        {"parts", report->parts},
                        {"parts_already", report->parts_already},
                        {"bytes_before", report->bytes_before},
                        {"bytes_after", report->bytes_after}});
        if (!options.json) console.write(toText(folder.id(), *report));
    }
    if (options.json) console.write(done.dump(2) + "\n");
    return outcome;
}

}  // namespace

void addCompress(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "compress", "Compress the journals of runs that are over and verified clean");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Runs: id, part of it, 'latest', or a folder");
    command->add_flag("--all", options->all, "Every run that has finished or failed");
    command->add_flag("--json", options->json, "An array with bytes_before and bytes_after");
    command->footer("Every command reads compressed journals as before. The original goes only "
                    "after its\ncompressed form was synced, read back and compared.\n\n"
                    "Examples:\n"
                    "  wattline compress latest\n"
                    "  wattline compress --all");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return compress(console, *options); };
    });
}

}  // namespace wattline::cli
