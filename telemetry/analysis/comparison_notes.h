// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline {

/// What a reader must know before comparing these runs, one sentence each.
[[nodiscard]] std::vector<std::string> comparisonNotes(const std::vector<RunSummary>& runs);

}  // namespace wattline
