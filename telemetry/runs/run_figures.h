// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/core/run_summary.h"
#include "telemetry/runs/assembler.h"
#include "telemetry/runs/supervision.h"

namespace wattline {

/// The run in figures, as of what has been taken so far. `out.spec` stays as it is.
/// O(ranks + devices log n), however long the run is.
void fillSummary(RunSummary& out, Assembler& assembler, const Verdict& verdict);

}  // namespace wattline
