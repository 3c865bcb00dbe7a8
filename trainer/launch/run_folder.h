// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace wattline::launch {

/// Creates a run folder that was not there before, with its log, control and journal folders. An
/// empty `wanted` gets a free id; a given one that is taken is refused. The caller writes run.json
/// last: a folder with one is complete, and a hub that scans may take it.
[[nodiscard]] Result<RunFolder> createRunFolder(const Workspace& workspace, const RunId& wanted);

}  // namespace wattline::launch
