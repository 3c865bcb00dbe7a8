// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/core/result.h"
#include "trainer/cli/options.h"
#include "trainer/distributed/communicator.h"

namespace wattline::trainer {

/// The whole life of a rank after MPI has started: checks, data, run folder, telemetry, training,
/// the end of the journal. An error is the same on every rank. Collective.
/// Throws what torch throws, after the journal says that this rank failed.
[[nodiscard]] Result<void> runTraining(const Options& options, const Communicator& communicator);

}  // namespace wattline::trainer
