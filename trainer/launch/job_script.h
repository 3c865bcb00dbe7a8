// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/core/feed.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"
#include "trainer/launch/learning_rate.h"

namespace wattline::launch {

/// What a launch needs from this machine. Empty paths mean "not found".
struct Tools {
    std::filesystem::path mpirun;
    std::filesystem::path trainer;  ///< wattline-train beside this program
    int cores = 1;
    bool root = false;
    /// process_vm_readv is allowed: ranks of one host then copy large messages once, not twice.
    bool cross_memory = true;
};
[[nodiscard]] Tools findTools();

/// The trainer's arguments for a configuration: argv, never a shell string.
[[nodiscard]] std::vector<std::string> trainerArguments(const RunSpec& spec,
                                                        const RunFolder& folder);
/// The exact job.sh: writes job.json, runs mpirun in the background with its output in log/,
/// forwards TERM and USR1 to the ranks as USR1, writes exit.json by rename as its last act (exit
/// code, and the rank, host and signal that ended it, read from mpirun's words). Every value that a
/// user gave is quoted.
[[nodiscard]] std::string jobScript(const RunSpec& spec, const RunFolder& folder,
                                    const Tools& tools);

/// Training samples of a dataset without loading it; a sentence when its folder is of no use.
[[nodiscard]] Result<std::int64_t> trainingSamples(const RunSpec& spec);

/// Completes the spec and says what follows; refuses what cannot run here with a sentence.
[[nodiscard]] Result<LaunchPreview> preview(RunSpec spec, const Workspace& workspace,
                                            const Tools& tools);
/// Creates the run folder, run.json and job.sh, and starts job.sh detached: own session, output to
/// files, no inherited descriptor. The caller may end at once; one that goes on should ignore
/// SIGCHLD or reap. On failure nothing is left behind. Returns the run's id.
[[nodiscard]] Result<RunId> start(RunSpec spec, const Workspace& workspace, const Tools& tools);

}  // namespace wattline::launch
