// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline {

/// One figure of one run, ready to be worded: value, k = 2 half width where known.
struct Figure {
    std::optional<double> value;
    std::optional<double> u;
};

/// One row of a comparison: a quantity over all runs, against the first run.
struct ComparisonRow {
    std::string key;              ///< energy_j, gpu_hours, ...: the key in JSON and CSV
    std::string label;            ///< "Energy"
    std::string unit;             ///< "Wh", "h", "samples/s"
    double scale = 1.0;           ///< shown = value x scale
    std::vector<Figure> figures;  ///< one a run
    /// Difference to the first run in per cent, and whether it is told apart: unknown when either
    /// has no uncertainty. The common gain of one device is left out of an A/B difference.
    std::vector<std::optional<double>> difference_percent;
    std::vector<std::string> verdict;  ///< "", "higher", "lower", "not distinguishable"
};

struct Comparison {
    std::vector<RunSummary> runs;
    std::vector<ComparisonRow> rows;
    std::vector<std::string>
        notes;  ///< sentences: different methods, estimated figures, other seeds
};

[[nodiscard]] Comparison compare(std::vector<RunSummary> runs);

}  // namespace wattline
