// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/analysis/plot.h"
#include "telemetry/render/canvas.h"

namespace wattline {

/// Draws a whole plot on a canvas of this size. All texts of `plot` must be clean (text.h).
void paintPlot(Canvas& canvas, const PlotDescription& plot, const Theme& theme, double width,
               double height);

}  // namespace wattline
