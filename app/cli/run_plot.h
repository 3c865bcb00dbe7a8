// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/analysis/plot.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace wattline::cli {

/// Which plot of which runs; filled from --plot, --axis, --width, --height and --dark.
struct PlotRequest {
    std::string series = "energy";
    std::string axis;  ///< empty: what suits the series
    int width = 1200, height = 750;
    bool dark = false;
};

/// The plot of the runs' series, read from their folders.
[[nodiscard]] Result<PlotDescription> makePlot(const std::vector<RunFolder>& folders,
                                               const PlotRequest& request);
/// Its picture as the bytes of a file of that extension (svg, pdf, png).
[[nodiscard]] Result<std::string> drawPlot(const std::vector<RunFolder>& folders,
                                           const PlotRequest& request,
                                           const std::string& extension);
[[nodiscard]] bool isImageExtension(const std::string& extension) noexcept;

}  // namespace wattline::cli
