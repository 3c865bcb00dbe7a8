// SPDX-License-Identifier: Apache-2.0
#include "app/hub/job_process.h"

#include <charconv>
#include <csignal>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <vector>

namespace wattline {
namespace {

namespace fs = std::filesystem;

/// Processes whose session is job.sh's; ranks have process groups of their own, but no session.
std::vector<pid_t> sessionOf(pid_t leader) {
    std::vector<pid_t> members;
    std::error_code error;
    for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
        const auto name = it->path().filename().string();
        pid_t pid = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size()) continue;
        if (pid != leader && getsid(pid) == leader) members.push_back(pid);
    }
    return members;
}

}  // namespace

std::optional<ProcessIdentity> jobProcess(const RunFolder& folder, Files& files) {
    const auto text = readFile(folder.jobRecord(), files);
    if (!text) return std::nullopt;
    try {
        const auto record = nlohmann::json::parse(*text);
        return ProcessIdentity{record.at("boot_id").get<std::string>(),
                               record.at("pid").get<pid_t>(),
                               record.at("start_ticks").get<std::uint64_t>()};
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

bool askJobToStop(const ProcessIdentity& job) {
    return isAlive(job) && kill(job.pid, SIGTERM) == 0;
}

bool terminateJob(const ProcessIdentity& job) {
    return isAlive(job) && getpgid(job.pid) == job.pid && killpg(job.pid, SIGTERM) == 0;
}

bool killJob(const ProcessIdentity& job) {
    if (!isAlive(job) || getsid(job.pid) != job.pid) return false;
    for (const pid_t pid : sessionOf(job.pid))
        kill(pid, SIGKILL);
    return true;
}

}  // namespace wattline
