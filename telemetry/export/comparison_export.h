// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/analysis/comparison.h"

namespace wattline {

/// A comparison as text for other programs. Values are those of the run summaries, in the unit
/// that the quantity's key names (`energy_j`), not scaled for people.
/// CSV: one line per quantity and run: quantity, run, name, value, u, difference_percent, verdict.
[[nodiscard]] std::string comparisonCsv(const Comparison& comparison);
/// {"runs": [summaries], "rows": [{key, label, unit, figures: [...]}], "notes": [...]}
[[nodiscard]] std::string comparisonJson(const Comparison& comparison);

}  // namespace wattline
