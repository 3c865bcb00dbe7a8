// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/core/workspace.h"
#include "telemetry/power/source_report.h"

namespace wattline::cli {

/// One thing that `wattline doctor` looked at.
struct Check {
    std::string key;  ///< "mpi", "sensor.rapl", ...: the key in JSON
    bool ok = false;
    std::string detail;  ///< what was found, or what is missing
    std::string advice;  ///< what to do; empty when nothing is to be done
};

/// Looks at this machine; changes nothing. `sensors` is what the search for them said.
[[nodiscard]] std::vector<Check> checkMachine(const Result<Workspace>& workspace,
                                              const std::vector<SourceReport>& sensors);

}  // namespace wattline::cli
