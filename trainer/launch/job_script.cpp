// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/job_script.h"

#include <array>
#include <charconv>
#include <sstream>

#include "trainer/launch/job_body.h"
#include "trainer/launch/shell_quote.h"

namespace wattline::launch {
namespace {

/// Shortest text that reads back as the same number, whatever the locale.
std::string numberText(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

/// Settings for Open MPI on the machine where the script runs.
void writeMpiSettings(std::ostream& out, const RunSpec& spec, const Tools& tools) {
    if (tools.root) out << "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1\n";
    if (spec.ranks > tools.cores)
        out << "# More ranks than cores: a rank that waits must let others run.\n"
               "export OMPI_MCA_mpi_yield_when_idle=\"${OMPI_MCA_mpi_yield_when_idle:-1}\"\n";
    if (!tools.cross_memory)
        out << "# This system forbids reading another process's memory.\n"
               "export OMPI_MCA_btl_vader_single_copy_mechanism="
               "\"${OMPI_MCA_btl_vader_single_copy_mechanism:-none}\"\n";
}

}  // namespace

std::vector<std::string> trainerArguments(const RunSpec& spec, const RunFolder& folder) {
    std::vector<std::string> arguments;
    const auto add = [&](const char* option, std::string value) {
        arguments.emplace_back(option);
        arguments.push_back(std::move(value));
    };
    add("--run-folder", folder.path.string());
    add("--model", spec.model);
    add("--data", spec.dataset);
    add("--recipe", spec.recipe);
    add("--lbs", std::to_string(spec.lbs));
    add("--gbs", std::to_string(spec.gbs));
    if (spec.epochs > 0) add("--epochs", std::to_string(spec.epochs));
    if (spec.steps > 0) add("--steps", std::to_string(spec.steps));
    add("--seed", std::to_string(spec.seed));
    add("--threads", std::to_string(spec.threads_per_rank));
    if (spec.image_size > 0) add("--image-size", std::to_string(spec.image_size));
    if (spec.classes > 0) add("--classes", std::to_string(spec.classes));
    if (spec.rated_power_w > 0.0) add("--rated-power-w", numberText(spec.rated_power_w));
    add("--sample-period-ms", std::to_string(spec.sample_period_ms));
    if (spec.idle_baseline_s > 0.0) add("--idle-baseline", numberText(spec.idle_baseline_s));
    return arguments;
}

std::string jobScript(const RunSpec& spec, const RunFolder& folder, const Tools& tools) {
    std::ostringstream out;
    out << "#!/bin/bash\n"
           "# Starts one training run and leaves a record of how it ended (exit.json).\n"
           "# Written by wattline " WATTLINE_VERSION ".\n"
           "set -u\n"
           "umask 077\n"
        << "run_folder=" << shellQuote(folder.path.string()) << '\n'
        << "export WATTLINE_HOME=" << shellQuote(folder.path.parent_path().parent_path().string())
        << '\n'
        << "mpirun=" << shellQuote(tools.mpirun.string()) << '\n'
        << "ranks=" << spec.ranks << '\n'
        << "relay=" << shellQuote((tools.trainer.parent_path() / "wattline").string()) << '\n'
        << "# From how many ranks on a relay carries their records; 0: never, as on one machine.\n"
        << "relay_ranks=\"${WATTLINE_RELAY_RANKS:-0}\"\n"
        << "trainer=(" << shellQuote(tools.trainer.string());
    for (const auto& argument : trainerArguments(spec, folder))
        out << (argument.starts_with("--") ? " \\\n    " : " ") << shellQuote(argument);
    out << ")\n"
        << "export OMP_NUM_THREADS=" << spec.threads_per_rank
        << " OPENBLAS_NUM_THREADS=" << spec.threads_per_rank << '\n';
    writeMpiSettings(out, spec, tools);
    out << kJobBody;
    return std::move(out).str();
}

}  // namespace wattline::launch
