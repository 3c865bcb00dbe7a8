// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline::cli {

/// One run in one line: "running  step 120 of 352  epoch 2  loss 0.53  ...".
[[nodiscard]] std::string statusLine(const RunSummary& run);

/// Several runs as a table: a line a run where `columns` are wide enough, else a column a run.
[[nodiscard]] std::vector<std::string> statusTable(const std::vector<RunSummary>& runs,
                                                   int columns);

/// What to say when a run has ended: three lines with its figures.
[[nodiscard]] std::string endingText(const RunSummary& run);

}  // namespace wattline::cli
