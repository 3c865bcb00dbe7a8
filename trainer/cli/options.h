// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"

namespace wattline::trainer {

/// What the command line asked for. `spec` is as given: not completed, without ranks and id.
struct Options {
    RunSpec spec;
    std::filesystem::path run_folder;  ///< empty: make one in the workspace
    bool telemetry = true;             ///< false: no run folder, no records, no commands
    std::string help;                  ///< not empty: print this and do nothing else
};

[[nodiscard]] Result<Options> parseOptions(int argc, const char* const* argv);

}  // namespace wattline::trainer
