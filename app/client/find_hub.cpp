// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <sys/wait.h>
#include <unistd.h>

#include "app/client/hub_call.h"
#include "telemetry/core/spawn.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono;

constexpr auto kPatience = seconds(10);
constexpr auto kLookAgain = milliseconds(20);
constexpr int kPingMs = 2000;

/// The program whose `hub serve` is the hub: $WATTLINE_PROGRAM, else `wattline` beside this one.
Result<std::string> hubProgram() {
    if (const char* named = std::getenv("WATTLINE_PROGRAM"); named != nullptr && *named != '\0')
        return std::string(named);
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    const auto beside = self.parent_path() / "wattline";
    if (!error && access(beside.c_str(), X_OK) == 0) return beside.string();
    return fail(ExitCode::Environment,
                "there is no program " + beside.string() +
                    " to start the hub with; build it, or name it with WATTLINE_PROGRAM");
}

/// Sleeps until `until` or until `stop` is requested.
void pause(steady_clock::duration time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, time, [] { return false; });
}

/// The hub that this process started last. It is a child until this process ends, so it is reaped
/// here; a zombie counts as dead meanwhile.
std::atomic<pid_t> g_started{0};

void reap() noexcept {
    const pid_t pid = g_started.load();
    if (pid > 0 && waitpid(pid, nullptr, WNOHANG) != 0) g_started = 0;
}

/// `wattline hub serve` in a session of its own: it outlives this process and its terminal.
Result<void> spawnHub(const Workspace& workspace) {
    auto program = hubProgram();
    if (!program) return tl::unexpected(program.error());
    DetachedProgram hub;
    hub.argv = {*program, "hub", "serve"};
    hub.environment = {{"WATTLINE_HOME", workspace.root().string()}};
    hub.errors = workspace.hubLog();
    const auto pid = spawnDetached(hub);
    if (!pid) return tl::unexpected(pid.error());
    g_started = *pid;
    return {};
}

/// The lease of a hub that answers.
Result<HubLease> answeringHub(const Workspace& workspace) {
    auto lease = readHubLease(workspace);
    if (!lease) return lease;
    if (!isElsewhere(*lease) && !isAlive(*lease))
        return fail(ExitCode::Unreachable, "the hub of " + workspace.root().string() +
                                               " is gone; 'wattline hub serve' starts one");
    if (lease->client.empty())
        return fail(ExitCode::Unreachable, "the hub of " + workspace.root().string() +
                                               " is starting; try again in a moment");
    if (auto hello = callHub(*lease, "hello", "{}", kPingMs); !hello)
        return tl::unexpected(hello.error());
    return lease;
}

}  // namespace

Result<HubLease> findHub(const Workspace& workspace, bool start, const std::stop_token& stop) {
    reap();
    auto found = answeringHub(workspace);
    if (found || !start) return found;
    const auto deadline = steady_clock::now() + kPatience;
    const auto lease = readHubLease(workspace);
    // Another host's hub owns the workspace until its lease grows old: a second one would only be
    // refused.
    if (lease && isElsewhere(*lease) && !isAbandoned(workspace, *lease)) return found;
    if (!lease || !isAlive(*lease))
        if (auto spawned = spawnHub(workspace); !spawned) return tl::unexpected(spawned.error());
    while (!found && !stop.stop_requested() && steady_clock::now() < deadline) {
        pause(kLookAgain, stop);
        found = answeringHub(workspace);
    }
    if (found) return found;
    return fail(ExitCode::Unreachable, "the hub of " + workspace.root().string() +
                                           " did not come up within 10 s; see " +
                                           workspace.hubLog().string());
}

}  // namespace wattline
