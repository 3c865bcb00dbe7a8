// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/series.h"

#include <algorithm>
#include <array>

namespace wattline {
namespace {

constexpr std::array<std::string_view, kAxisCount> kNames{"step", "samples",   "epoch",
                                                          "time", "gpu_hours", "kwh"};

}  // namespace

std::string_view name(Axis axis) noexcept {
    return kNames[static_cast<std::size_t>(axis)];
}

bool parseAxis(std::string_view text, Axis& out) noexcept {
    const auto it = std::ranges::find(kNames, text);
    if (it == kNames.end()) return false;
    out = static_cast<Axis>(it - kNames.begin());
    return true;
}

}  // namespace wattline
