// SPDX-License-Identifier: Apache-2.0
#include "tests/app/hub/hub_fixture.h"

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "app/client/hub_protocol.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace fs = std::filesystem;

std::string programBeside(const char* name) {
    return (fs::read_symlink("/proc/self/exe").parent_path() / name).string();
}

bool eventually(const std::function<bool()>& condition, std::chrono::seconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

ChildProcess::ChildProcess(std::vector<std::string> argv) : m_pid(0) {
    std::vector<char*> pointers;
    for (auto& text : argv)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    if (posix_spawn(&m_pid, pointers.front(), nullptr, nullptr, pointers.data(), environ) != 0)
        ADD_FAILURE() << "cannot start " << argv.front();
}

ChildProcess::~ChildProcess() {
    if (m_pid <= 0) return;
    kill(SIGKILL);
    join();
}

void ChildProcess::kill(int signal) const {
    if (m_pid > 0) ::kill(m_pid, signal);
}

int ChildProcess::join() {
    int status = 0;
    const pid_t pid = std::exchange(m_pid, 0);
    if (pid <= 0 || waitpid(pid, &status, 0) != pid) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

HubFixture::HubFixture() : m_workspace(Workspace::open(m_folder.path() / "home").value()) {
    setenv("WATTLINE_HOME", m_workspace.root().c_str(), 1);
    setenv("WATTLINE_PROGRAM", programBeside("hub_program").c_str(), 1);
}

/// A hub that findHub() started is nobody's ChildProcess.
HubFixture::~HubFixture() {
    const auto lease = readHubLease(m_workspace);
    if (lease && isAlive(*lease)) ::kill(static_cast<pid_t>(lease->pid), SIGKILL);
    if (const auto sockets = m_workspace.socketFolder(); sockets) fs::remove_all(*sockets);
}

ChildProcess HubFixture::startHub(int idle_seconds) {
    ChildProcess hub({programBeside("hub_program"), "hub", "serve", std::to_string(idle_seconds)});
    EXPECT_TRUE(eventually([&] {
        const auto lease = findHub(m_workspace, false);
        return lease && lease->pid == hub.pid();
    })) << "the hub did not come up";
    return hub;
}

RunFolder HubFixture::prepareRun(int ranks, const RunId& id) {
    const auto folder = m_workspace.runFolder(id);
    RunSpec spec;
    spec.id = id;
    spec.ranks = ranks;
    spec.lbs = 8;
    spec.epochs = 1;
    spec = completed(spec).value();
    spec.created_unix_ns = systemClock().realtimeNs();
    fs::create_directories(folder.journal());
    fs::create_directories(folder.control());
    EXPECT_TRUE(writeFileAtomically(folder.spec(), wire::toJson(spec)));
    return folder;
}

ChildProcess HubFixture::startRank(const RunFolder& folder, int rank, int ranks, int steps,
                                   int step_us, const std::string& boot_id) {
    std::vector<std::string> argv{programBeside("rank_program"), folder.path.string(),
                                  std::to_string(rank),          std::to_string(ranks),
                                  std::to_string(steps),         std::to_string(step_us)};
    if (!boot_id.empty()) argv.push_back(boot_id);
    return ChildProcess(std::move(argv));
}

Result<HubAnswer> HubFixture::call(const std::string& method, const std::string& params) const {
    const auto lease = readHubLease(m_workspace);
    if (!lease) return tl::unexpected(lease.error());
    return callHub(*lease, method, params, 5'000);
}

std::optional<RunSummary> HubFixture::summary(const RunId& id) const {
    const auto lease = readHubLease(m_workspace);
    if (!lease) return std::nullopt;
    auto changes = fetchSnapshot(*lease, 5'000);
    if (!changes) return std::nullopt;
    for (auto& run : changes->runs)
        if (run.spec.id == id) return std::move(run);
    return std::nullopt;
}

Result<HubAnswer> HubFixture::command(const RunId& run, const std::string& kind) const {
    return call("command",
                encodeCommandParams(run, parseCommandKind(kind).value(), makeCommandId()));
}

std::int64_t HubFixture::statusNumber(const std::string& key) const {
    const auto answer = call("status");
    if (!answer) return -1;
    return nlohmann::json::parse(answer->result).value(key, std::int64_t{-1});
}

}  // namespace wattline
