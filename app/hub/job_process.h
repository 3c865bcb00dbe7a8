// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "telemetry/core/host.h"
#include "telemetry/core/workspace.h"

/// The processes of a launched run, found by job.json. Each function looks at the start time
/// before it sends anything, so that a pid that somebody else has by now is left alone.
/// Threads: any.
namespace wattline {

/// job.sh of a run; empty when it has not started, or its record cannot be read.
[[nodiscard]] std::optional<ProcessIdentity> jobProcess(const RunFolder& folder,
                                                        Files& files = systemFiles());

/// TERM to job.sh, which passes it on as USR1: the ranks end in order. False: it is not alive here.
bool askJobToStop(const ProcessIdentity& job);
/// TERM to job.sh's group: mpirun ends the ranks, job.sh stays to write the exit record.
bool terminateJob(const ProcessIdentity& job);
/// KILL to all of job.sh's session but job.sh itself.
bool killJob(const ProcessIdentity& job);

}  // namespace wattline
