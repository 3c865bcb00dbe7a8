// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "telemetry/analysis/factors.h"
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
    /// Difference to the first run in per cent; empty for the first, and where either has no value
    /// or the first one is 0.
    std::vector<std::optional<double>> difference_percent;
    /// "higher" or "lower" when the difference is larger than its uncertainty (both figures' in
    /// quadrature, k = 2), "not distinguishable" when it is not; "estimate, not judged" for figures
    /// made of estimated energy; "" when either has none, and for
    /// energies of different methods. When both runs used the same devices, their common gain is
    /// left out: only what differs between two readings of one sensor counts.
    std::vector<std::string> verdict;
};

struct Comparison {
    std::vector<RunSummary> runs;
    std::vector<ComparisonRow> rows;  ///< a quantity that no run has is left out
    /// Sentences: different methods, estimated figures, other seeds, warnings of a run's energy.
    std::vector<std::string> notes;
    Factors factors;  ///< none unless withFactors() put them in
};

[[nodiscard]] Comparison compare(std::vector<RunSummary> runs);

/// Adds rows for what follows from the factors (site energy, cost, carbon), one entry of `derived`
/// a run, apart from the measured rows and never judged: a factor has no uncertainty of its own
/// here.
[[nodiscard]] Comparison withFactors(Comparison comparison, const Factors& factors,
                                     const std::vector<DerivedFigures>& derived);

}  // namespace wattline
