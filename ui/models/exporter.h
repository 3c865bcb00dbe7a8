// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "telemetry/analysis/comparison.h"
#include "telemetry/analysis/plot.h"
#include "telemetry/core/result.h"

namespace wattline::ui {

/// Writes what is on screen to a file. The file name's ending chooses the format: .svg, .pdf and
/// .png draw, the others hold the numbers. The app joins it with the same code that the command
/// line uses; the window never knows a format.
/// Threads: any; the window calls it from a worker, since a disk may stall.
class Exporter {
public:
    virtual ~Exporter() = default;

    /// .svg, .pdf, .png or .csv
    [[nodiscard]] virtual Result<void> savePlot(const PlotDescription& plot, bool dark,
                                                const std::filesystem::path& file) const = 0;
    /// .csv, .json or .md
    [[nodiscard]] virtual Result<void> saveComparison(const Comparison& comparison,
                                                      const std::filesystem::path& file) const = 0;
};

}  // namespace wattline::ui
