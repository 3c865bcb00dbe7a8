// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/host.h"

#include <array>
#include <fstream>
#include <pwd.h>
#include <sstream>
#include <unistd.h>

namespace wattline {
namespace {

/// State letter and start time of a process; the command's name may hold spaces and parentheses,
/// so fields are counted from the last ')'.
struct ProcStat {
    char state = '?';
    std::uint64_t start_ticks = 0;
};

Result<ProcStat> readStat(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(in, line))
        return fail(ExitCode::NotFound, "process " + std::to_string(pid) + " is not running");
    const auto close = line.rfind(')');
    if (close == std::string::npos)
        return fail(ExitCode::Failed, "/proc/" + std::to_string(pid) + "/stat is unreadable");
    std::istringstream fields(line.substr(close + 1));
    ProcStat stat;
    fields >> stat.state;
    std::string skipped;
    for (int field = 4; field < 22; ++field)
        fields >> skipped;
    fields >> stat.start_ticks;
    if (!fields)
        return fail(ExitCode::Failed, "/proc/" + std::to_string(pid) + "/stat is unreadable");
    return stat;
}

}  // namespace

std::string bootId() {
    static const std::string id = [] {
        std::ifstream in("/proc/sys/kernel/random/boot_id");
        std::string text;
        std::getline(in, text);
        return text.empty() ? "unknown-boot" : text;
    }();
    return id;
}

std::string hostName() {
    std::array<char, 256> text{};
    if (gethostname(text.data(), text.size() - 1) != 0) return "unknown-host";
    return text.data();
}

std::string userName() {
    const passwd* entry = getpwuid(geteuid());
    return entry != nullptr ? entry->pw_name : std::to_string(geteuid());
}

Result<ProcessIdentity> identify(pid_t pid) {
    const auto stat = readStat(pid);
    if (!stat) return tl::unexpected(stat.error());
    return ProcessIdentity{bootId(), pid, stat->start_ticks};
}

ProcessIdentity identifySelf() {
    return identify(getpid()).value_or(ProcessIdentity{bootId(), getpid(), 0});
}

bool isAlive(const ProcessIdentity& process) noexcept {
    try {
        if (process.pid <= 0 || process.boot_id != bootId()) return false;
        const auto stat = readStat(process.pid);
        return stat && stat->state != 'Z' && stat->state != 'X' &&
               stat->start_ticks == process.start_ticks;
    } catch (...) {
        return false;
    }
}

}  // namespace wattline
