// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"

namespace wattline {

/// One series of a run at full resolution: a value and all axes for every point.
struct SeriesRows {
    std::string series;
    std::vector<std::array<double, kAxisCount>> axes;  ///< in the order of Axis
    std::vector<double> values;                        ///< as many as axes; NaN: not measured
};

/// What an export of a run holds.
struct RunExport {
    RunSummary summary;
    std::string specification_json;  ///< run.json as it is on disk
    std::vector<SeriesRows> series;
    Factors factors;         ///< none: they are off by default
    DerivedFigures derived;  ///< what follows from them, apart from the summary's energies
};

/// One line per run and optimizer step: run, method, scope and u of its energy, the six axes, then
/// one column per series that has a point at steps. Series sampled between steps (power) are left
/// out; `energy_kwh` at the end of each step is there, and the JSON export has every sample. Runs
/// are never added up.
[[nodiscard]] std::string stepsCsv(std::span<const RunExport> runs);

/// {"format": 1, "written_by": ..., "runs": [{"summary", "specification", "factors",
/// "series": {...}}]}.
/// `summary` is what `wattline show --json` prints. No date inside: same runs, same bytes.
[[nodiscard]] Result<std::string> runsJson(std::span<const RunExport> runs);

}  // namespace wattline
