// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/analysis/comparison.h"
#include "telemetry/analysis/plot.h"
#include "telemetry/export/run_export.h"

/// Small runs with awkward values: unknown figures, a name that is a formula, a NaN in a series.
namespace wattline::test {

[[nodiscard]] RunExport measuredRun();
[[nodiscard]] RunExport estimatedRun();
[[nodiscard]] PlotDescription samplePlot();
[[nodiscard]] Comparison sampleComparison();

}  // namespace wattline::test
