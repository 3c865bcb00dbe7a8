// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/analysis/plot.h"

namespace wattline {

/// The data behind a plot, one line a point: series, kind (data, fit or band),
/// figure (measured or estimated), x, y, low, high (the extremes of a pixel column, or the band).
/// The header names the axes with their units as the plot labels them. Window and command line
/// write the same text for the same plot.
[[nodiscard]] std::string plotCsv(const PlotDescription& plot);

}  // namespace wattline
