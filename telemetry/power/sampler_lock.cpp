// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/power/power_sampler.h"

namespace wattline {
namespace {

/// The folder is under /tmp, where anybody may have put something of that name first.
Result<std::filesystem::path> privateFolder() {
    const std::filesystem::path folder = "/tmp/wattline-" + std::to_string(geteuid());
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return fail(ExitCode::Environment,
                    "cannot create " + folder.string() + " (" + std::strerror(errno) + ")");
    struct stat info {};
    if (lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid() ||
        (info.st_mode & 077) != 0)
        return fail(ExitCode::Environment, folder.string() +
                                               " is not a folder that only you can enter; remove "
                                               "it or ask its owner to, so that power is sampled");
    return folder;
}

/// False when the file was unlinked by its last owner between our open and our lock.
bool stillNamed(int fd, const std::filesystem::path& path) {
    struct stat ours {
    }, named{};
    return fstat(fd, &ours) == 0 && stat(path.c_str(), &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

Result<std::unique_ptr<SamplerLock>> SamplerLock::tryAcquire(const RunId& run) {
    if (!isRunId(run)) return fail(ExitCode::Usage, "'" + run + "' is not a run id");
    auto folder = privateFolder();
    if (!folder) return tl::unexpected(folder.error());
    const auto path = *folder / ("sampler-" + run + "-" + bootId() + ".lock");
    constexpr int kTries = 16;  // each one lost to another owner that came and went
    for (int i = 0; i < kTries; ++i) {
        const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            return fail(ExitCode::Environment,
                        "cannot open " + path.string() + " (" + std::strerror(errno) +
                            "); power is not sampled on this host until that is mended");
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            close(fd);
            return std::unique_ptr<SamplerLock>();
        }
        if (stillNamed(fd, path)) return std::unique_ptr<SamplerLock>(new SamplerLock(fd, path));
        close(fd);
    }
    return std::unique_ptr<SamplerLock>();
}

SamplerLock::~SamplerLock() {
    unlink(m_path.c_str());  // while it is locked, so nobody else's file goes
    close(m_fd);
}

}  // namespace wattline
