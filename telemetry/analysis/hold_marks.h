// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "telemetry/analysis/plot.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"

namespace wattline {

/// A mark for each hold of a run, where it lies on this axis. Every axis leaves held time out, so a
/// hold is one instant. Axes on which a hold's place is not known (samples, epoch, kWh) get none.
void addHoldMarks(const RunSummary& run, Axis axis, bool name_run, std::vector<PlotMark>& marks);

}  // namespace wattline
