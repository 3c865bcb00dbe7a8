// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/analysis/comparison.h"

namespace wattline {

/// True for quantities that are an estimate when the run's energy is one.
[[nodiscard]] bool restsOnEnergy(std::string_view key);

/// For people, in a paper or an issue: a table with scaled units, u, and the notes below.
[[nodiscard]] std::string comparisonMarkdown(const Comparison& comparison);

/// A cell of such a table: "12.44 Wh ± 0.09", "1.2 Wh estimated (0.4–3.6 Wh)", "–" when unknown.
[[nodiscard]] std::string figureText(const Comparison& comparison, const ComparisonRow& row,
                                     std::size_t run);
/// "+12.3 % higher", "-0.4 %, not distinguishable", or empty when there is nothing to say.
[[nodiscard]] std::string differenceText(const ComparisonRow& row, std::size_t run);

}  // namespace wattline
