// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline {

/// A program that is to outlive its starter.
struct DetachedProgram {
    std::vector<std::string> argv;  ///< argv[0] is the program's path
    std::vector<std::pair<std::string, std::string>> environment;  ///< replaces or adds
    /// What of our own environment goes with it: names, or beginnings of names with a star behind
    /// them. Empty: everything.
    std::vector<std::string> keep;
    std::filesystem::path output = "/dev/null";  ///< appended to
    std::filesystem::path errors = "/dev/null";
};

/// Starts it in a session of its own, so that no terminal's end reaches it; with default signals,
/// because a shell cannot trap one that was ignored when it started; with no descriptor but the
/// standard three. It stays a child: the caller reaps it or ignores SIGCHLD. Threads: any.
[[nodiscard]] Result<pid_t> spawnDetached(const DetachedProgram& program);

}  // namespace wattline
