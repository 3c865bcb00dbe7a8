// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/folder_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace wattline {

Result<FolderLock> FolderLock::take(const std::filesystem::path& file, const std::string& taken) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail(ExitCode::Environment, "cannot create " + file.string() + " (" +
                                               std::strerror(errno) + "); check the folder");
    FolderLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return fail(ExitCode::Unreachable, taken);
    return lock;
}

FolderLock::~FolderLock() {
    if (m_fd >= 0) ::close(m_fd);
}

}  // namespace wattline
