// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_sources.h"

#include <algorithm>

#include "app/client/hub_protocol.h"
#include "telemetry/runs/run_history.h"

namespace wattline::cli {
namespace {

constexpr int kHubPatienceMs = 3'000;

/// What a running hub knows; empty without one, or when it does not answer in time: the folders
/// hold the same truth.
std::optional<std::vector<RunSummary>> runsOfHub(const Workspace& workspace) {
    // A colleague's hub.json may name any socket: it is not followed.
    if (!workspace.isOurs()) return std::nullopt;
    const auto lease = readHubLease(workspace);
    if (!lease || (!isElsewhere(*lease) && !isAlive(*lease))) return std::nullopt;
    auto answer = fetchSnapshot(*lease, kHubPatienceMs);
    if (!answer) return std::nullopt;
    auto runs = std::move(answer->runs);
    std::ranges::sort(runs, std::greater<>(), [](const auto& run) { return run.spec.id; });
    return runs;
}

Result<RunSummary> readFolder(const RunFolder& folder) {
    auto history = RunHistory::open(folder);
    if (!history) return tl::unexpected(history.error());
    return (*history)->summary();
}

bool liesIn(const Workspace& workspace, const RunFolder& folder) {
    return folder.path.parent_path() == workspace.runs();
}

}  // namespace

RunList listRuns(const Workspace& workspace) {
    if (auto runs = runsOfHub(workspace)) return {std::move(*runs), {}};
    RunList list;
    for (const auto& id : workspace.runIds()) {
        const auto folder = workspace.runFolder(id);
        std::error_code ignored;
        // A launch creates the folder a moment before its run.json.
        if (!std::filesystem::exists(folder.spec(), ignored)) continue;
        auto run = readFolder(folder);
        if (run)
            list.runs.push_back(std::move(*run));
        else
            list.unreadable.push_back(run.error());
    }
    return list;
}

Result<RunSummary> readRun(const Workspace& workspace, const std::string& text) {
    const auto folder = workspace.find(text);
    if (!folder) return tl::unexpected(folder.error());
    if (liesIn(workspace, *folder))
        if (const auto runs = runsOfHub(workspace)) {
            const auto it = std::ranges::find(*runs, folder->id(),
                                              [](const RunSummary& run) { return run.spec.id; });
            if (it != runs->end()) return *it;
        }
    return readFolder(*folder);
}

Result<std::vector<RunSummary>> readRuns(const Workspace& workspace,
                                         const std::vector<std::string>& texts) {
    std::vector<RunSummary> runs;
    for (const auto& text : texts) {
        auto run = readRun(workspace, text);
        if (!run) return tl::unexpected(run.error());
        runs.push_back(std::move(*run));
    }
    return runs;
}

Result<std::vector<RunFolder>> findFolders(const Workspace& workspace,
                                           const std::vector<std::string>& texts) {
    std::vector<RunFolder> folders;
    for (const auto& text : texts) {
        auto folder = workspace.find(text);
        if (!folder) return tl::unexpected(folder.error());
        folders.push_back(std::move(*folder));
    }
    return folders;
}

}  // namespace wattline::cli
