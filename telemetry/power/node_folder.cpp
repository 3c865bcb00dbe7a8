// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/node_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace wattline {

/// The parent is open to everybody, who may have put something of that name there first.
Result<void> makePrivateFolder(const std::filesystem::path& folder) {
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(ExitCode::Environment,
                    "cannot create " + folder.string() + " (" + std::strerror(errno) + ")");
    struct stat info {};
    if (lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid() ||
        (info.st_mode & 077) != 0)
        return fail(ExitCode::Environment, folder.string() +
                                               " is not a folder that only you can enter; remove "
                                               "it or ask its owner to, so that power is sampled");
    return {};
}

Result<std::filesystem::path> nodeFolder() {
    if (const char* given = std::getenv("WATTLINE_NODE_FOLDER"); given && *given) {
        const std::filesystem::path folder = given;
        return makePrivateFolder(folder).map([&] { return folder; });
    }
    const std::string name = "wattline-" + std::to_string(geteuid());
    const auto in_memory = std::filesystem::path("/dev/shm") / name;
    if (makePrivateFolder(in_memory)) return in_memory;
    const auto folder = std::filesystem::path("/tmp") / name;
    return makePrivateFolder(folder).map([&] { return folder; });
}

}  // namespace wattline
