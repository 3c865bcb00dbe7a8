// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

namespace wattline::cli {

/// What a small plot in a terminal shows; each braille character is 2 x 4 dots.
struct TextPlot {
    std::string title;         ///< "Energy (Wh) over rank hours"
    std::vector<double> x, y;  ///< of all curves; NaN is left out
    std::string x_unit;
    int columns = 60, rows = 8;  ///< characters of the drawing area
};

/// Title, drawing with the top and bottom value beside it, and the range of x below. Empty with
/// fewer than two points or without spread in x: there is nothing to see yet. y starts at zero.
[[nodiscard]] std::vector<std::string> drawTextPlot(const TextPlot& plot);

}  // namespace wattline::cli
