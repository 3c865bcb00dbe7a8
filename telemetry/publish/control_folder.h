// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_set>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/files.h"
#include "telemetry/wire/messages.h"

namespace wattline {

/// Commands that lie as control/ID.json in the run folder, for a rank that no socket reaches.
/// Files are written by rename, so one that is there is whole. Threads: one owner.
class ControlFolder {
public:
    /// Files last changed before `ignore_before_unix_ns` belong to an earlier attempt.
    ControlFolder(std::filesystem::path folder, std::int64_t ignore_before_unix_ns,
                  Files& files = systemFiles());

    struct Found {
        std::vector<wire::Command> commands;
        struct Refused {
            std::string file, reason;
        };
        std::vector<Refused> refused;  ///< files that hold no command, each told once
    };
    /// What is new since the last call. Cheap while the folder has not changed.
    [[nodiscard]] Found poll(const Clock& clock);

private:
    [[nodiscard]] bool unchanged(const Clock& clock);
    void readEntry(const std::string& file, const FileInfo& info, Found& found);

    Files& m_files;
    std::filesystem::path m_folder;
    std::int64_t m_ignore_before_unix_ns;
    std::int64_t m_listed_mtime_ns = -1;  ///< of the folder when it was last listed in peace
    std::unordered_set<std::string> m_seen;
};

}  // namespace wattline
