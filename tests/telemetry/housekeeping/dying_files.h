// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "telemetry/core/files.h"

namespace wattline::test {

/// Thrown when the host dies: nothing after it happens.
struct HostDied {};

/// The real file system on a host that dies at a chosen call, and loses what was not synced: a file
/// that was written keeps the first half of it, a rename that its folder does not know yet has not
/// happened; a removal has. That is the worst that a journaling file system may do.
class DyingFiles final : public Files {
public:
    /// Dies instead of making call number `dies_at`, counted from 0.
    explicit DyingFiles(std::size_t dies_at) : m_dies_at(dies_at) {}

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
    [[nodiscard]] std::int64_t nowNs() const override { return systemFiles().nowNs(); }

    bool lies = false;  ///< flips a bit of every longer piece that is written

    void call();  ///< counts one, dies at the chosen one
    void wrote(const std::filesystem::path& path) { m_unsynced.insert(path); }
    void synced(const std::filesystem::path& path) { m_unsynced.erase(path); }

private:
    void losePower();

    std::size_t m_dies_at;
    std::size_t m_calls = 0;
    std::set<std::filesystem::path> m_unsynced;
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> m_renames;
};

}  // namespace wattline::test
