// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/core/run_summary.h"

namespace wattline::cli {

/// A run for people: configuration, progress, figures with their method, every account of the
/// energy ledger, and what happened.
[[nodiscard]] std::string runReport(const RunSummary& run);

}  // namespace wattline::cli
