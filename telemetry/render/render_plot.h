// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/analysis/plot.h"
#include "telemetry/core/result.h"

namespace wattline {

enum class ImageFormat { Svg, Pdf, Png };
[[nodiscard]] Result<ImageFormat> imageFormatOf(std::string_view file_name);

struct RenderOptions {
    int width = 1200, height = 750;  ///< pixels, 72 to 16384
    bool dark = false;
};

/// Draws the plot with cairo. Same input, same bytes (no dates, no random ids).
[[nodiscard]] Result<std::vector<std::byte>>
renderPlot(const PlotDescription& plot, ImageFormat format, const RenderOptions& options);

}  // namespace wattline
