// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/open_files.h"

#include <filesystem>
#include <sys/resource.h>

namespace wattline {
namespace {

/// Libraries open a few of their own.
constexpr std::size_t kSpare = 64;

std::size_t openNow() {
    std::size_t count = 0;
    std::error_code error;
    for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
         it.increment(error))
        ++count;
    return count;
}

}  // namespace

Result<void> allowOpenFiles(std::size_t more) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};  // then opening them tells
    const rlim_t needed = openNow() + more + kSpare;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed) return {};
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed)
        return fail(ExitCode::Environment,
                    "this needs " + std::to_string(needed) +
                        " open files, and a process may have " + std::to_string(limit.rlim_max) +
                        "; raise the hard limit (ulimit -Hn) or take fewer ranks");
    limit.rlim_cur = needed;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return fail(ExitCode::Environment, "cannot raise the limit of open files to " +
                                               std::to_string(needed) + "; see ulimit -n");
    return {};
}

}  // namespace wattline
