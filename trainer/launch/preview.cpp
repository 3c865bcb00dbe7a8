// SPDX-License-Identifier: Apache-2.0
#include <system_error>
#include <utility>

#include "trainer/launch/datasets.h"
#include "trainer/launch/disk_forecast.h"
#include "trainer/launch/job_script.h"

namespace wattline::launch {
namespace {

Result<void> checkTools(const Tools& tools) {
    if (tools.mpirun.empty())
        return fail(ExitCode::Environment,
                    "mpirun is not in PATH; install Open MPI (apt install openmpi-bin)");
    if (tools.trainer.empty())
        return fail(ExitCode::Environment,
                    "wattline-train is neither beside this program nor in PATH; build it (it needs "
                    "apt install libtorch-dev libopenmpi-dev) or name it with WATTLINE_TRAINER");
    return {};
}

/// The trainer runs in another folder than the one in which the user typed a relative path.
void makeDatasetAbsolute(RunSpec& spec) {
    const auto path = imageFolderPath(spec);
    if (path.empty()) return;
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error);
    if (!error) spec.dataset = "imagefolder:" + absolute.lexically_normal().string();
}

std::vector<std::string> warningsFor(const RunSpec& spec, const Tools& tools,
                                     std::int64_t samples) {
    std::vector<std::string> warnings;
    const auto wanted = static_cast<std::int64_t>(spec.ranks) * spec.threads_per_rank;
    if (wanted > tools.cores)
        warnings.push_back(std::to_string(spec.ranks) + " ranks with " +
                           std::to_string(spec.threads_per_rank) + " threads each share " +
                           std::to_string(tools.cores) +
                           " cores; step times will not show what separate devices would do");
    if (const auto left = samples % spec.gbs; left != 0)
        warnings.push_back(
            "each epoch leaves out " + std::to_string(left) + " of " + std::to_string(samples) +
            " training samples, which do not fill a global batch of " + std::to_string(spec.gbs));
    return warnings;
}

}  // namespace

Result<std::int64_t> trainingSamples(const RunSpec& spec) {
    if (spec.dataset == "digits") return kDigitsTrainingSamples;
    if (spec.dataset == "synthetic") return kSyntheticTrainingSamples;
    const auto path = imageFolderPath(spec);
    if (path.empty())
        return fail(ExitCode::Usage, "there is no dataset '" + spec.dataset +
                                         "'; choose digits, synthetic or imagefolder:PATH");
    const auto folder = listImageFolder(path);
    if (!folder) return tl::unexpected(folder.error());
    std::int64_t samples = 0;
    for (const auto& one : folder->training)
        samples += static_cast<std::int64_t>(one.images.size());
    return samples;
}

Result<LaunchPreview> preview(RunSpec wanted, const Workspace& workspace, const Tools& tools) {
    auto spec = completed(std::move(wanted));
    if (!spec) return tl::unexpected(spec.error());
    if (auto ok = checkTools(tools); !ok) return tl::unexpected(ok.error());
    makeDatasetAbsolute(*spec);
    const auto samples = trainingSamples(*spec);
    if (!samples) return tl::unexpected(samples.error());
    if (*samples < spec->gbs)
        return fail(ExitCode::Usage, "a global batch of " + std::to_string(spec->gbs) +
                                         " is larger than the " + std::to_string(*samples) +
                                         " training samples of " + spec->dataset +
                                         "; lower --gbs, --lbs or --ranks");
    if (!spec->id.empty() && !isRunId(spec->id))
        return fail(ExitCode::Usage, "'" + spec->id + "' cannot be a run's id; leave it out");

    LaunchPreview result;
    result.learning_rate = peakLearningRate(spec->recipe, spec->gbs);
    result.steps_per_epoch = *samples / spec->gbs;
    result.warnings = warningsFor(*spec, tools, *samples);
    if (const auto space = diskSpaceOf(workspace.root()))
        if (auto warning =
                diskWarning(forecastDisk(*spec, result.steps_per_epoch), *space, workspace.root()))
            result.warnings.push_back(std::move(*warning));
    const auto folder = workspace.runFolder(spec->id.empty() ? RunId("RUN-ID") : spec->id);
    result.script = jobScript(*spec, folder, tools);
    result.spec = std::move(*spec);
    return result;
}

}  // namespace wattline::launch
