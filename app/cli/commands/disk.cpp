// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/text_table.h"
#include "app/cli/wording.h"
#include "telemetry/core/disk_space.h"
#include "telemetry/housekeeping/trash.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kShown = 10;

struct RunUse {
    RunId id;
    std::uint64_t bytes = 0, journal = 0;
};

struct Use {
    DiskSpace space;
    std::vector<RunUse> runs;  ///< largest first
    std::vector<TrashedRun> trash;
};

template <typename Runs> std::uint64_t sum(const Runs& runs) {
    return std::accumulate(runs.begin(), runs.end(), std::uint64_t{0},
                           [](std::uint64_t all, const auto& run) { return all + run.bytes; });
}

Result<Use> measure(const Workspace& workspace) {
    auto space = diskSpaceOf(workspace.root());
    if (!space) return tl::unexpected(space.error());
    Use use{*space, {}, listTrash(workspace)};
    for (const auto& id : workspace.runIds()) {
        const auto folder = workspace.runFolder(id);
        use.runs.push_back({id, diskUse(folder.path), diskUse(folder.journal())});
    }
    std::ranges::stable_sort(use.runs, std::greater<>(), &RunUse::bytes);
    return use;
}

Json toJson(const Workspace& workspace, const Use& use) {
    auto runs = Json::array();
    for (const auto& run : use.runs)
        runs.push_back({{"id", run.id}, {"bytes", run.bytes}, {"journal_bytes", run.journal}});
    auto trash = Json::array();
    for (const auto& run : use.trash)
        trash.push_back(
            {{"id", run.id}, {"bytes", run.bytes}, {"trashed_unix_s", run.trashed_unix_s}});
    return {
        {"workspace", workspace.root().string()},
        {"total_bytes", use.space.total},
        {"free_bytes", use.space.free},
        {"quota_left_bytes", use.space.quota_left ? Json(*use.space.quota_left) : Json(nullptr)},
        {"runs_bytes", sum(use.runs)},
        {"trash_bytes", sum(use.trash)},
        {"runs", std::move(runs)},
        {"trash", std::move(trash)}};
}

std::string count(std::size_t number, const std::string& thing) {
    return counted(static_cast<std::int64_t>(number), thing);
}

std::string toText(const Workspace& workspace, const Use& use) {
    std::string text = workspace.root().string() + "\n";
    text += "Free   " + bytesText(use.space.free) + " of " + bytesText(use.space.total);
    if (use.space.quota_left) text += ", " + bytesText(*use.space.quota_left) + " of your quota";
    text += "\nRuns   " + bytesText(sum(use.runs)) + " in " + count(use.runs.size(), "run");
    text +=
        "\nTrash  " + bytesText(sum(use.trash)) + " in " + count(use.trash.size(), "run") + "\n";
    TextTable table({{"RUN"}, {"WHERE"}, {"SIZE", TextTable::Align::Right}});
    for (std::size_t i = 0; i < std::min(kShown, use.runs.size()); ++i)
        table.addRow({use.runs[i].id, "runs", bytesText(use.runs[i].bytes)});
    for (const auto& run : use.trash)
        table.addRow({run.id, "trash", bytesText(run.bytes)});
    if (!use.runs.empty() || !use.trash.empty()) text += "\n" + table.text();
    if (use.runs.size() > kShown)
        text += count(use.runs.size() - kShown, "smaller run") + " more; see --json\n";
    return text;
}

}  // namespace

void addDisk(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("disk", "Show what runs and trash take, and what is free");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One object, in bytes, with every run");
    command->footer("Examples:\n"
                    "  wattline disk\n"
                    "  wattline disk --json | jq '.runs[0]'");
    command->callback([&chosen, json] {
        chosen = [json](Console& console) -> Result<void> {
            const auto workspace = Workspace::look();
            if (!workspace) return tl::unexpected(workspace.error());
            const auto use = measure(*workspace);
            if (!use) return tl::unexpected(use.error());
            console.write(*json ? toJson(*workspace, *use).dump(2) + "\n"
                                : toText(*workspace, *use));
            return {};
        };
    });
}

}  // namespace wattline::cli
