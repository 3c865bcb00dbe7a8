// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/analysis/plot.h"

namespace wattline {

/// cairo numbers surfaces over the life of the process ("surface12"); the same picture gets the
/// same numbers from here: by first appearance, from 1.
[[nodiscard]] std::string withStableIds(const std::string& svg);

/// cairo draws text as outlines. Adds the plot's words as <title> and <desc>, for screen readers
/// and for search.
[[nodiscard]] std::string withDescription(const std::string& svg, const PlotDescription& plot);

}  // namespace wattline
