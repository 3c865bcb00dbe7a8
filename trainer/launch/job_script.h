// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "telemetry/core/feed.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"

namespace wattline::launch {

/// What a launch needs from this machine. Empty paths mean "not found".
struct Tools {
    std::filesystem::path mpirun;
    std::filesystem::path trainer;  ///< wattline-train beside this program
    int cores = 1;
    bool root = false;
};
[[nodiscard]] Tools findTools();

/// The trainer's arguments for a configuration: argv, never a shell string.
[[nodiscard]] std::vector<std::string> trainerArguments(const RunSpec& spec,
                                                        const RunFolder& folder);
/// The exact job.sh: writes job.json, runs mpirun in the background with its output in log/,
/// forwards TERM and USR1, writes exit.json by rename as its last act. Every value that a user gave
/// is quoted.
[[nodiscard]] std::string jobScript(const RunSpec& spec, const RunFolder& folder,
                                    const Tools& tools);

/// The learning rate after warm-up that a recipe gives: study 0.1 x GBS/256, digits the same rule
/// scaled for its own base; see trainer/loop/recipe.h, which uses this function.
[[nodiscard]] double peakLearningRate(const std::string& recipe, int gbs);
/// Training samples of a dataset without loading it; empty when it cannot be known here.
[[nodiscard]] Result<std::int64_t> trainingSamples(const RunSpec& spec);

/// Completes the spec and says what follows; refuses what cannot run here with a sentence.
[[nodiscard]] Result<LaunchPreview> preview(RunSpec spec, const Workspace& workspace,
                                            const Tools& tools);
/// Creates the run folder, run.json and job.sh, and starts job.sh detached: own session, output to
/// files, not a child that anybody must wait for. Returns the run's id.
[[nodiscard]] Result<RunId> start(RunSpec spec, const Workspace& workspace, const Tools& tools);

}  // namespace wattline::launch
