// SPDX-License-Identifier: Apache-2.0
#include "app/cli/checkup.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli/beside.h"
#include "app/cli/display.h"
#include "app/cli/health_checks.h"
#include "app/cli/wording.h"
#include "app/client/hub_call.h"
#include "telemetry/core/disk_space.h"
#include "trainer/launch/job_script.h"

namespace wattline::cli {
namespace {

namespace fs = std::filesystem;

Check checkCores(const launch::Tools& tools) {
    const auto count = std::to_string(tools.cores);
    return {"cores", tools.cores > 0, count + " logical cores",
            tools.cores > 0 ? "" : "give ranks and threads by hand"};
}

Check checkWindow() {
    const auto program = besideThisProgram("wattline-gui");
    if (access(program.c_str(), X_OK) != 0)
        return {"window", false, "no wattline-gui beside this program",
                "build it with Qt 6 and Qt Charts, or use 'wattline watch'"};
    if (!hasDisplay())
        return {"window", false, "wattline-gui is there, but no display",
                "log in with 'ssh -X', or use 'wattline watch'"};
    return {"window", true, program.string(), ""};
}

/// Whoever reads a key may read or steer the runs.
void addKeysCheck(std::vector<Check>& checks, const fs::path& folder) {
    struct stat info {};
    if (lstat(folder.c_str(), &info) != 0) return;  // no hub needed keys yet
    const bool is_private =
        S_ISDIR(info.st_mode) && info.st_uid == geteuid() && (info.st_mode & 077) == 0;
    checks.push_back({"keys", is_private, folder.string() + (is_private ? " is yours alone" : ""),
                      is_private ? ""
                                 : "others may enter it: run chmod 700 " + folder.string() +
                                       ", then make new keys"});
}

void addDiskCheck(std::vector<Check>& checks, const Workspace& workspace) {
    constexpr std::uint64_t kEnough = std::uint64_t{1} << 30;
    const auto space = diskSpaceOf(workspace.root());
    if (!space) {
        checks.push_back({"disk", false, space.error().message,
                          "check the disk of this folder or choose another WATTLINE_HOME"});
        return;
    }
    const bool enough = space->available() >= kEnough;
    checks.push_back(
        {"disk", enough,
         bytesText(space->free) + " free" +
             (space->quota_left ? ", " + bytesText(*space->quota_left) + " of your quota" : ""),
         enough ? ""
                : "free some space ('wattline prune --help') or choose another "
                  "WATTLINE_HOME"});
}

void addWorkspaceChecks(std::vector<Check>& checks, const Result<Workspace>& workspace) {
    if (!workspace) {
        checks.push_back({"workspace", false, workspace.error().message,
                          "give WATTLINE_HOME a folder of yours that you can write to"});
        return;
    }
    std::error_code unknown;
    const bool made = fs::exists(workspace->root(), unknown);
    const bool ours =
        !made || (workspace->isOurs() && access(workspace->root().c_str(), W_OK) == 0);
    checks.push_back({"workspace", ours,
                      workspace->root().string() +
                          (made ? (ours ? "" : " cannot be written to") : ", made when needed"),
                      ours ? "" : "give WATTLINE_HOME a folder of yours that you can write to"});
    addKeysCheck(checks, workspace->root() / "keys");
    addDiskCheck(checks, *workspace);
    const auto lease = readHubLease(*workspace);
    const bool running = lease && isAlive(*lease);
    checks.push_back({"hub", true,
                      running ? "runs, pid " + std::to_string(lease->pid)
                              : "none runs; the next command that needs one starts it",
                      ""});
}

}  // namespace

std::vector<Check> checkMachine(const Result<Workspace>& workspace,
                                const std::vector<SourceReport>& sensors) {
    std::vector<Check> checks;
    for (const auto& report : sensors) {
        auto key = "sensor." + report.sensor;
        std::ranges::transform(key, key.begin(), [](char c) {
            if (c == ' ') return '_';
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        checks.push_back({std::move(key), report.usable(), report.detail, report.advice});
    }
    const auto tools = launch::findTools();
    for (auto& check : checkHealth(tools))
        checks.push_back(std::move(check));
    checks.push_back(checkCores(tools));
    checks.push_back(checkWindow());
    addWorkspaceChecks(checks, workspace);
    return checks;
}

}  // namespace wattline::cli
