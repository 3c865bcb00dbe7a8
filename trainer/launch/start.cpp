// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <features.h>
#include <random>
#include <spawn.h>
#include <sys/stat.h>
#include <system_error>

#include "telemetry/core/host.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/job_script.h"

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;

/// Creates a folder that was not there before; a taken id gets another one.
Result<RunFolder> createRunFolder(const Workspace& workspace, const RunId& wanted) {
    std::random_device entropy;
    for (int attempt = 0; attempt < 16; ++attempt) {
        const auto id = wanted.empty() ? makeRunId(systemClock(), entropy()) : wanted;
        const auto folder = workspace.runFolder(id);
        if (mkdir(folder.path.c_str(), 0700) == 0) return folder;
        if (errno != EEXIST)
            return fail(ExitCode::Environment,
                        "cannot create the run folder " + folder.path.string() + " (" +
                            std::strerror(errno) + "); free some space or check its parent");
        if (!wanted.empty())
            return fail(ExitCode::Usage, "the run folder " + folder.path.string() +
                                             " is in use; leave the id out to get a new one");
    }
    return fail(ExitCode::Environment,
                "no free run id in " + workspace.runs().string() + "; try again");
}

/// What posix_spawn is told, released on every path.
struct SpawnPlan {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    SpawnPlan() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
};

/// Own session, so that no terminal's end reaches it; default signals, because bash cannot trap one
/// that was ignored when it started; no descriptor but the three standard ones.
Result<void> spawnDetached(const RunFolder& folder) {
    SpawnPlan plan;
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&plan.attributes, &all);
    posix_spawnattr_setsigmask(&plan.attributes, &none);
    posix_spawnattr_setflags(&plan.attributes,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const auto log = (folder.log() / "job.log").string();
    posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&plan.actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0600);
    posix_spawn_file_actions_adddup2(&plan.actions, 1, 2);
#if __GLIBC_PREREQ(2, 34)
    posix_spawn_file_actions_addclosefrom_np(&plan.actions, 3);
#endif
    std::string shell = "/bin/bash";
    std::string script = folder.script().string();
    std::array<char*, 3> argv{shell.data(), script.data(), nullptr};
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, shell.c_str(), &plan.actions, &plan.attributes, argv.data(), environ);
    if (error != 0)
        return fail(ExitCode::Environment, "cannot start " + script + " with " + shell + " (" +
                                               std::strerror(error) + "); is bash installed?");
    return {};
}

Result<void> fillAndSpawn(const RunSpec& spec, const RunFolder& folder, const Tools& tools) {
    for (const auto& path : {folder.log(), folder.control(), folder.journal()})
        if (mkdir(path.c_str(), 0700) != 0)
            return fail(ExitCode::Environment, "cannot create " + path.string() + " (" +
                                                   std::strerror(errno) + "); free some space");
    if (auto ok = writeFileAtomically(folder.script(), jobScript(spec, folder, tools)); !ok)
        return ok;
    chmod(folder.script().c_str(), 0700);
    // run.json comes last: a folder with one is complete, and a hub that scans may take it.
    if (auto ok = writeFileAtomically(folder.spec(), wire::toJson(spec) + "\n"); !ok) return ok;
    return spawnDetached(folder);
}

}  // namespace

Result<RunId> start(RunSpec wanted, const Workspace& workspace, const Tools& tools) {
    auto checked = preview(std::move(wanted), workspace, tools);
    if (!checked) return tl::unexpected(checked.error());
    auto spec = std::move(checked->spec);
    const auto folder = createRunFolder(workspace, spec.id);
    if (!folder) return tl::unexpected(folder.error());
    spec.id = folder->id();
    spec.created_unix_ns = systemClock().realtimeNs();
    spec.created_by = userName() + "@" + hostName();
    if (auto ok = fillAndSpawn(spec, *folder, tools); !ok) {
        std::error_code ignored;
        fs::remove_all(folder->path, ignored);
        return tl::unexpected(ok.error());
    }
    return spec.id;
}

}  // namespace wattline::launch
