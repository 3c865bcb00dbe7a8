// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "app/measure/process_place.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"

namespace wattline {

/// The folder of a measured run, the same one in all processes of a launch. Rank 0 creates it with
/// run.json (`spec`, completed by id, time and user) and leaves its name in joins/ of the
/// workspace, under a name made from the launch; the others wait there for it, at most `patience`.
/// A run that has this rank already is one of an earlier command of the same launch: waited past.
[[nodiscard]] Result<RunFolder> joinRun(const Workspace& workspace, const ProcessPlace& place,
                                        RunSpec spec, std::chrono::milliseconds patience);

}  // namespace wattline
