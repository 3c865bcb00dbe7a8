// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/wording.h"
#include "app/client/hub_call.h"
#include "telemetry/runs/run_history.h"

namespace wattline::cli {
namespace {

/// A hub answers when it is done: ten minutes are 1.8 billion records.
constexpr int kHubPatienceMs = 600'000;
constexpr double kPercent = 100.0;

/// How far the journals have been read, in place, where a person looks.
class Progress {
public:
    void show(std::uint64_t bytes, std::uint64_t of_bytes) {
        if (!m_terminal || of_bytes == 0) return;
        const auto percent =
            static_cast<int>(kPercent * static_cast<double>(bytes) / static_cast<double>(of_bytes));
        if (percent == m_percent) return;
        m_percent = percent;
        std::fprintf(stderr, "\rreading the journals: %d %%", percent);
    }
    ~Progress() {
        if (m_percent >= 0) std::fprintf(stderr, "\r\033[K");
    }

private:
    bool m_terminal = ::isatty(STDERR_FILENO) == 1;
    int m_percent = -1;
};

/// A hub that runs holds its runs' series: it does it.
Result<std::int64_t> askHub(const HubLease& hub, const RunId& run) {
    const nlohmann::json params = {{"run", run}};
    const auto answer = callHub(hub, "rebuild", params.dump(), kHubPatienceMs);
    if (!answer) return tl::unexpected(answer.error());
    const auto result = nlohmann::json::parse(answer->result, nullptr, false);
    if (!result.is_object() || !result.contains("records") ||
        !result["records"].is_number_integer())
        return fail(ExitCode::Unreachable, "the hub's answer cannot be understood; see its log");
    return result["records"].get<std::int64_t>();
}

Result<std::int64_t> rebuildHere(const RunFolder& folder) {
    Progress progress;
    const auto history = RunHistory::open(
        folder, {RunHistory::Series::Rebuilt, [&](std::uint64_t bytes, std::uint64_t of_bytes) {
                     progress.show(bytes, of_bytes);
                 }});
    if (!history) return tl::unexpected(history.error());
    if (!(*history)->keepsSeries())
        return fail(ExitCode::Environment,
                    "the series of " + folder.path.string() +
                        " cannot be written: another process holds them, or the folder is "
                        "read-only");
    if (!(*history)->remark().empty()) return fail(ExitCode::Environment, (*history)->remark());
    return (*history)->summary().records_stored;
}

Result<void> rebuild(Console& console, const std::vector<std::string>& runs) {
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    for (const auto& text : runs) {
        const auto folder = workspace->find(text);
        if (!folder) return tl::unexpected(folder.error());
        const auto hub = readHubLease(*workspace);
        const bool by_hub = hub && isAlive(*hub) && folder->path.parent_path() == workspace->runs();
        const auto records = by_hub ? askHub(*hub, folder->id()) : rebuildHere(*folder);
        if (!records) return tl::unexpected(records.error());
        console.write(folder->id() + ": series made again from " + grouped(*records) +
                      " records in the journals" + (by_hub ? ", by the hub\n" : "\n"));
    }
    return {};
}

}  // namespace

void addRebuild(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "rebuild", "Throw a run's series away and make them again from its journals");
    auto runs = std::make_shared<std::vector<std::string>>();
    command->add_option("RUN", *runs, "Runs: id, part of it, 'latest', or a folder")->required();
    command->footer(
        "Series are a copy for fast reading; journals are the truth and stay as they "
        "are.\n\nExamples:\n"
        "  wattline rebuild latest\n"
        "  wattline rebuild 20261121-104512-7f3a /project/anna/runs/20261120-0900-1c2d");
    command->callback(
        [&chosen, runs] { chosen = [runs](Console& console) { return rebuild(console, *runs); }; });
}

}  // namespace wattline::cli
