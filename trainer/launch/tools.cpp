// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>
#include <sched.h>
#include <sstream>
#include <sys/uio.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "trainer/launch/job_script.h"

namespace wattline::launch {
namespace {

namespace fs = std::filesystem;

bool isProgram(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

fs::path findInPath(const char* name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin");
    std::string folder;
    while (std::getline(folders, folder, ':')) {
        auto candidate = fs::path(folder) / name;
        if (candidate.is_absolute() && isProgram(candidate)) return candidate;
    }
    return {};
}

fs::path findTrainer() {
    if (const char* named = std::getenv("WATTLINE_TRAINER"); named != nullptr && *named != '\0') {
        const auto path = fs::absolute(named);
        return isProgram(path) ? path : fs::path{};
    }
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    auto beside = self.parent_path() / "wattline-train";
    if (!error && isProgram(beside)) return beside;
    return findInPath("wattline-train");
}

/// Cores that this process may use, which a container or a batch system may have limited.
int usableCores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// Container runtimes that forbid it answer EPERM or ENOSYS even for one's own memory.
bool canReadProcesses() {
    int from = 1;
    int to = 0;
    const iovec local{&to, sizeof to};
    const iovec remote{&from, sizeof from};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == ssize_t{sizeof to};
}

}  // namespace

Tools findTools() {
    return {findInPath("mpirun"), findTrainer(), usableCores(), geteuid() == 0, canReadProcesses()};
}

}  // namespace wattline::launch
