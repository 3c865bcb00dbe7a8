// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace CLI {
class App;
}

namespace wattline::cli {

/// What a person gave on the command line; it goes before the workspace's factors.json.
struct FactorRequest {
    std::optional<double> pue, price;
    std::string currency;
    std::string carbon;  ///< a number of g/kWh, or a file
    bool none = false;   ///< --no-factors
};

/// --pue, --price, --currency, --carbon and --no-factors.
void addFactorOptions(CLI::App& command, FactorRequest& request);

/// The factors that count: none unless factors.json or an option says so. Reads the files that they
/// name. `origin` tells where each is from.
[[nodiscard]] Result<Factors> readFactors(const Workspace& workspace, const FactorRequest& request);

/// What follows for one run; reads the course of its energy only where a carbon course needs it.
[[nodiscard]] Result<DerivedFigures> deriveFor(const Workspace& workspace, const RunSummary& run,
                                               const std::string& run_text, const Factors& factors);

}  // namespace wattline::cli
