// SPDX-License-Identifier: Apache-2.0
#include "app/cli/checkup.h"

#include <algorithm>
#include <dlfcn.h>
#include <filesystem>
#include <link.h>
#include <unistd.h>

#include "app/cli/beside.h"
#include "app/cli/display.h"
#include "app/cli/wording.h"
#include "app/client/hub_call.h"
#include "telemetry/core/disk_space.h"
#include "telemetry/power/detect_sources.h"
#include "trainer/launch/job_script.h"

namespace wattline::cli {
namespace {

namespace fs = std::filesystem;

Check checkMpi(const launch::Tools& tools) {
    if (tools.mpirun.empty())
        return {"mpi", false, "no mpirun in PATH",
                "install Open MPI (Debian: apt install openmpi-bin) or add its folder to PATH"};
    return {"mpi", true, tools.mpirun.string(), ""};
}

Check checkTrainer(const launch::Tools& tools) {
    if (tools.trainer.empty())
        return {"trainer", false, "no wattline-train beside this program",
                "build it with libtorch and MPI; without it this program only looks at runs"};
    return {"trainer", true, tools.trainer.string(), ""};
}

Check checkCores(const launch::Tools& tools) {
    const auto count = std::to_string(tools.cores);
    return {"cores", tools.cores > 0, count + " logical cores",
            tools.cores > 0 ? "" : "give ranks and threads by hand"};
}

/// The library that the loader gives whoever asks for BLAS, libtorch too.
Check checkBlas() {
    void* library = dlopen("libblas.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (library == nullptr)
        return {"blas", false, "no libblas.so.3",
                "install it (Debian: apt install libopenblas0-pthread)"};
    link_map* map = nullptr;
    std::string path;
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr) path = map->l_name;
    dlclose(library);
    std::error_code error;
    const auto real = fs::canonical(path, error).string();
    if (error) return {"blas", false, "cannot tell which BLAS is in use", ""};
    const bool reference =
        real.find("openblas") == std::string::npos && real.find("mkl") == std::string::npos &&
        real.find("atlas") == std::string::npos && real.find("blis") == std::string::npos;
    return {"blas", !reference, real,
            reference ? "this looks like the reference BLAS, which is several times slower; "
                        "install another (Debian: apt install libopenblas0-pthread)"
                      : ""};
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
    addDiskCheck(checks, *workspace);
    const auto lease = readHubLease(*workspace);
    const bool running = lease && isAlive(*lease);
    checks.push_back({"hub", true,
                      running ? "runs, pid " + std::to_string(lease->pid)
                              : "none runs; the next command that needs one starts it",
                      ""});
}

}  // namespace

std::vector<Check> checkMachine(const Result<Workspace>& workspace) {
    std::vector<Check> checks;
    for (const auto& report : detectSources({}).reports) {
        auto key = "sensor." + report.sensor;
        std::ranges::transform(key, key.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        checks.push_back({std::move(key), report.usable(), report.detail, report.advice});
    }
    const auto tools = launch::findTools();
    checks.push_back(checkMpi(tools));
    checks.push_back(checkTrainer(tools));
    checks.push_back(checkBlas());
    checks.push_back(checkCores(tools));
    checks.push_back(checkWindow());
    addWorkspaceChecks(checks, workspace);
    return checks;
}

}  // namespace wattline::cli
