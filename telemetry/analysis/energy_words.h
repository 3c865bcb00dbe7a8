// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline {

/// How a run's headline energy came about, for the brackets behind it: "counter", "counter +
/// integrated" (methods are never added without saying so), "counter, 3 of 4 hosts" where the sum
/// leaves hosts out. Empty without a figure.
[[nodiscard]] std::string methodWords(const RunSummary& run);

/// What a reader must know about the energies, one sentence each: flags of the devices (aliasing,
/// disagreement, shared, reset), hosts and sensors that are missing from the headline, and that no
/// sensor was there at all. Empty: nothing.
[[nodiscard]] std::vector<std::string> energyWarnings(const RunSummary& run);

/// "board", "board and package": the scopes that the headline adds up; empty
/// without a figure.
[[nodiscard]] std::string scopeWords(const RunSummary& run);

}  // namespace wattline
