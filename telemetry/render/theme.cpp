// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/theme.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace wattline {
namespace {

constexpr Colour hex(unsigned rgb) {
    return {static_cast<double>((rgb >> 16) & 0xFF) / 255.0,
            static_cast<double>((rgb >> 8) & 0xFF) / 255.0,
            static_cast<double>(rgb & 0xFF) / 255.0};
}

constexpr Theme kLight{hex(0xFFFFFF),
                       hex(0xEDEFF2),
                       hex(0xC9CED6),
                       hex(0x1A1E26),
                       hex(0x5C6573),
                       hex(0xB35309),
                       {hex(0x0067A5), hex(0xC2570C), hex(0x008060), hex(0x8B4F9F), hex(0xB3345F),
                        hex(0x766500), hex(0x4A55B5), hex(0x5C6573)}};

constexpr Theme kDark{hex(0x1A1E25),
                      hex(0x2A303A),
                      hex(0x4A5260),
                      hex(0xE7EAEF),
                      hex(0x9BA5B4),
                      hex(0xFFB454),
                      {hex(0x5AB0F0), hex(0xFF9D5C), hex(0x45D0A2), hex(0xD3A1E2), hex(0xFF8FB3),
                       hex(0xD6C14A), hex(0x98A4FF), hex(0xA8B1BD)}};

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const Colour& c) {
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

}  // namespace

const Theme& lightTheme() noexcept {
    return kLight;
}

const Theme& darkTheme() noexcept {
    return kDark;
}

double contrast(const Colour& a, const Colour& b) noexcept {
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

}  // namespace wattline
