// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/run_folder.h"

#include <cerrno>
#include <cstring>
#include <random>
#include <sys/stat.h>
#include <system_error>

namespace wattline::launch {
namespace {

/// 0 or errno.
int tryMakeFolder(const std::filesystem::path& path) {
    return mkdir(path.c_str(), 0700) == 0 ? 0 : errno;
}

tl::unexpected<Error> cannotCreate(const std::filesystem::path& path, int why) {
    return fail(ExitCode::Environment, "cannot create the run folder " + path.string() + " (" +
                                           std::strerror(why) +
                                           "); free some space or check its parent");
}

Result<RunFolder> filled(const RunFolder& folder) {
    for (const auto& path : {folder.log(), folder.control(), folder.journal()})
        if (const int why = tryMakeFolder(path); why != 0) {
            std::error_code ignored;
            std::filesystem::remove_all(folder.path, ignored);
            return cannotCreate(path, why);
        }
    return folder;
}

}  // namespace

Result<RunFolder> createRunFolder(const Workspace& workspace, const RunId& wanted) {
    std::random_device entropy;
    for (int attempt = 0; attempt < 16; ++attempt) {
        const auto id = wanted.empty() ? makeRunId(systemClock(), entropy()) : wanted;
        const auto folder = workspace.runFolder(id);
        const int why = tryMakeFolder(folder.path);
        if (why == 0) return filled(folder);
        if (why != EEXIST) return cannotCreate(folder.path, why);
        if (!wanted.empty())
            return fail(ExitCode::Usage, "the run folder " + folder.path.string() +
                                             " is in use; leave the id out to get a new one");
    }
    return fail(ExitCode::Environment,
                "no free run id in " + workspace.runs().string() + "; try again");
}

}  // namespace wattline::launch
