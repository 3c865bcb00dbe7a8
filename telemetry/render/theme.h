// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace wattline {

struct Colour {
    double r = 0.0, g = 0.0, b = 0.0;  ///< 0..1
};

/// Colours of a plot. Series colours keep a contrast of at least 4.5 to the surface (a test checks)
/// and stay apart for colour-blind readers; a ninth series repeats the first with another dash.
struct Theme {
    Colour surface, grid, axis, text, secondary, mark;
    std::array<Colour, 8> series;
    [[nodiscard]] const Colour& seriesColour(int index) const noexcept {
        return series[static_cast<std::size_t>(index < 0 ? 0 : index) % series.size()];
    }
};

[[nodiscard]] const Theme& lightTheme() noexcept;
[[nodiscard]] const Theme& darkTheme() noexcept;

/// Contrast of two colours as WCAG 2 defines it: 1 to 21.
[[nodiscard]] double contrast(const Colour& a, const Colour& b) noexcept;

}  // namespace wattline
