// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"
#include "trainer/distributed/communicator.h"

namespace wattline::trainer {

/// The folder of this run, the same on every rank: the given one, which must hold a run.json, or a
/// new one of the workspace, made and described by rank 0. Collective.
[[nodiscard]] Result<RunFolder> prepareRunFolder(const std::filesystem::path& given,
                                                 const RunSpec& spec,
                                                 const Communicator& communicator);

}  // namespace wattline::trainer
