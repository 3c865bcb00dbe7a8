// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/cli/console.h"
#include "telemetry/analysis/plot.h"

namespace wattline::cli {
namespace {

/// Dots of a braille character (U+2800 + bits), by row and column within it.
constexpr unsigned kDots[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
constexpr std::size_t kDotRows = 4, kDotColumns = 2;

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void include(double v) {
        low = std::min(low, v);
        high = std::max(high, v);
    }
};

std::string braille(unsigned bits) {
    // U+2800..U+28FF in UTF-8: E2 A0..A3 80..BF.
    return {'\xE2', static_cast<char>(0xA0U + (bits >> 6U)),
            static_cast<char>(0x80U + (bits & 0x3FU))};
}

std::string number(double value) {
    return formatValue(value, std::numeric_limits<double>::quiet_NaN(), "");
}

std::size_t dotOf(double v, const Range& range, std::size_t dots) {
    const double share = (v - range.low) / (range.high - range.low);
    const auto last = static_cast<double>(dots - 1);
    return static_cast<std::size_t>(std::clamp(std::round(share * last), 0.0, last));
}

std::string rightAligned(const std::string& text, std::size_t width) {
    return std::string(width - std::min(width, shownWidth(text)), ' ') + text;
}

}  // namespace

std::vector<std::string> drawTextPlot(const TextPlot& plot) {
    Range x_range, y_range;
    y_range.include(0.0);
    std::size_t points = 0;
    const std::size_t count = std::min(plot.x.size(), plot.y.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isfinite(plot.x[i]) || !std::isfinite(plot.y[i])) continue;
        x_range.include(plot.x[i]);
        y_range.include(plot.y[i]);
        ++points;
    }
    if (points < 2 || !(x_range.high > x_range.low) || !(y_range.high > y_range.low)) return {};

    const auto columns = static_cast<std::size_t>(std::max(1, plot.columns));
    const auto rows = static_cast<std::size_t>(std::max(1, plot.rows));
    std::vector<unsigned> cells(columns * rows, 0U);
    for (std::size_t i = 0; i < count; ++i) {
        if (!std::isfinite(plot.x[i]) || !std::isfinite(plot.y[i])) continue;
        const auto dx = dotOf(plot.x[i], x_range, columns * kDotColumns);
        const auto dy = rows * kDotRows - 1 - dotOf(plot.y[i], y_range, rows * kDotRows);
        cells[dy / kDotRows * columns + dx / kDotColumns] |= kDots[dy % kDotRows][dx % kDotColumns];
    }

    const auto top = number(y_range.high), bottom = number(y_range.low);
    const auto margin = std::max(shownWidth(top), shownWidth(bottom));
    std::vector<std::string> lines{plot.title};
    for (std::size_t r = 0; r < rows; ++r) {
        std::string line = rightAligned(r == 0 ? top : r + 1 == rows ? bottom : "", margin) + " ";
        line += r == 0 || r + 1 == rows ? "\u2524" : "\u2502";
        for (std::size_t c = 0; c < columns; ++c)
            line += braille(cells[r * columns + c]);
        lines.push_back(std::move(line));
    }
    const auto left = number(x_range.low), right = number(x_range.high) + " " + plot.x_unit;
    const auto gap = columns > shownWidth(left) + shownWidth(right)
                         ? columns - shownWidth(left) - shownWidth(right)
                         : 1;
    lines.push_back(std::string(margin + 2, ' ') + left + std::string(gap, ' ') + right);
    return lines;
}

}  // namespace wattline::cli
