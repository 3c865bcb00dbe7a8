// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "telemetry/core/files.h"

namespace wattline::fuzz {

/// Files that are bytes in memory: a target that lays out a folder for every input spends its time
/// in readers, not in the kernel. Folders are there as soon as a file lies in them. All files are
/// as old as now. Threads: one owner.
class MemoryFiles final : public Files {
public:
    std::map<std::filesystem::path, std::vector<std::byte>> content;

    FileResult<std::unique_ptr<OpenFile>> open(const std::filesystem::path& path,
                                               Mode mode) override;
    FileResult<void> rename(const std::filesystem::path& from,
                            const std::filesystem::path& to) override;
    FileResult<void> link(const std::filesystem::path& from,
                          const std::filesystem::path& to) override;
    FileResult<void> remove(const std::filesystem::path& path) override;
    FileResult<void> makeFolder(const std::filesystem::path& path) override;
    FileResult<void> syncFolder(const std::filesystem::path& path) override;
    FileResult<std::vector<std::string>> list(const std::filesystem::path& folder) override;
    FileResult<FileInfo> stat(const std::filesystem::path& path) override;
    [[nodiscard]] std::int64_t nowNs() const override { return 0; }
};

}  // namespace wattline::fuzz
