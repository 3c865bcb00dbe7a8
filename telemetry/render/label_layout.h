// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace wattline {

/// Centres for labels of one height beside the ends of their lines: as near to `wanted` as they can
/// be without overlapping, in the same order from top to bottom, inside [top, bottom]. With more
/// labels than fit they share the space evenly.
[[nodiscard]] std::vector<double> spreadLabels(const std::vector<double>& wanted, double height,
                                               double top, double bottom);

}  // namespace wattline
