// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wattline {

struct Point {
    double x = 0.0, y = 0.0;  ///< pixels; y grows downwards
};

struct Rect {
    double x = 0.0, y = 0.0, width = 0.0, height = 0.0;
    [[nodiscard]] double right() const noexcept { return x + width; }
    [[nodiscard]] double bottom() const noexcept { return y + height; }
};

}  // namespace wattline
