// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <utility>

#include "telemetry/core/result.h"

namespace wattline {

/// An exclusive lock on a file in a folder, which the kernel drops when this process dies.
/// Threads: any, one at a time.
class FolderLock {
public:
    /// ExitCode::Unreachable, with `taken` as the sentence, when another process has it.
    [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& file,
                                                 const std::string& taken);
    FolderLock(FolderLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

private:
    explicit FolderLock(int fd) noexcept : m_fd(fd) {}
    int m_fd;
};

}  // namespace wattline
