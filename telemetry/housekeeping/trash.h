// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

/// Runs on their way out. A run that is pruned is renamed to trash/ID@SECONDS of the same
/// workspace: at once, whatever its size, and back again as easily. SECONDS is when, UTC since
/// 1970. Threads: any; two programs at once see each other's renames, one of them gets a sentence.
namespace wattline {

struct TrashedRun {
    RunId id;
    std::int64_t trashed_unix_s = 0;
    std::filesystem::path path;
    std::uint64_t bytes = 0;
};

[[nodiscard]] std::filesystem::path trashFolder(const Workspace& workspace);
/// Oldest first; other things that lie there are left out.
[[nodiscard]] std::vector<TrashedRun> listTrash(const Workspace& workspace);
[[nodiscard]] Result<void> moveToTrash(const Workspace& workspace, const RunId& id,
                                       std::int64_t now_unix_s);
/// Brings back the run that `text` names (an id, or 4 characters and more of its start or end), as
/// it was when it was pruned last. Refuses when there is a run of that id again.
[[nodiscard]] Result<RunId> restoreFromTrash(const Workspace& workspace, const std::string& text);
/// Deletes it for good. Links are removed, not followed.
[[nodiscard]] Result<void> deleteForGood(const TrashedRun& run);

/// When the records of a run were changed last, UTC in ns; series that a hub writes again do not
/// count. 0 when nothing can be read.
[[nodiscard]] std::int64_t lastChangeNs(const RunFolder& folder);

}  // namespace wattline
