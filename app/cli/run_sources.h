// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/workspace.h"

/// Where commands that only read get runs from. A hub that runs already knows everything; without
/// one, the run folders are read by the same code, so the figures are the same. No hub is started.
namespace wattline::cli {

struct RunList {
    std::vector<RunSummary> runs;   ///< newest first
    std::vector<Error> unreadable;  ///< one a folder that could not be opened
};
[[nodiscard]] RunList listRuns(const Workspace& workspace);

/// One run by id, part of an id, `latest` or path of a folder.
[[nodiscard]] Result<RunSummary> readRun(const Workspace& workspace, const std::string& text);
/// Several, in the order given; the first that cannot be read ends it.
[[nodiscard]] Result<std::vector<RunSummary>> readRuns(const Workspace& workspace,
                                                       const std::vector<std::string>& texts);

/// The folders of several runs, in the order given.
[[nodiscard]] Result<std::vector<RunFolder>> findFolders(const Workspace& workspace,
                                                         const std::vector<std::string>& texts);

}  // namespace wattline::cli
