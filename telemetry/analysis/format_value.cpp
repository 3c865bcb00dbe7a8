// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "telemetry/analysis/plot.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr const char* kMissing = "–";

/// Decimals (negative: tens, hundreds) that show `digits` significant digits of a positive number.
int decimalsFor(double value, int digits) {
    return digits - 1 - static_cast<int>(std::floor(std::log10(value) + 1e-12));
}

double roundedTo(double value, int decimals) {
    const double scale = std::pow(10.0, decimals);
    return std::round(value * scale) / scale;
}

std::string fixed(double value, int decimals) {
    std::array<char, 512> text{};
    const double rounded = roundedTo(value, decimals);
    std::snprintf(text.data(), text.size(), "%.*f", std::max(0, decimals),
                  rounded == 0.0 ? 0.0 : rounded);  // never "-0"
    return text.data();
}

std::string withUnit(const std::string& number, const std::string& unit) {
    return unit.empty() ? number : number + " " + unit;
}

/// Two significant digits of u, one where the second is a zero (0.090 says no more than 0.09).
int decimalsOfUncertainty(double u) {
    const int two = decimalsFor(u, 2);
    const double rounded = roundedTo(u, two);
    const int decimals = decimalsFor(rounded, 2);  // 0.0998 becomes 0.10: count again
    const bool trailing_zero = roundedTo(rounded, decimals - 1) == roundedTo(rounded, decimals);
    return trailing_zero ? decimals - 1 : decimals;
}

}  // namespace

std::string formatValue(double value, double u, const std::string& unit, int digits) {
    if (!std::isfinite(value)) return kMissing;
    if (!std::isfinite(u) || u <= 0.0) {
        // Without an uncertainty the digits before the point are all kept: 1234, not 1230.
        const int decimals = value == 0.0 ? 0 : decimalsFor(std::abs(value), std::max(1, digits));
        return withUnit(fixed(value, std::max(0, decimals)), unit);
    }
    const int decimals = decimalsOfUncertainty(u);
    return withUnit(fixed(value, decimals), unit) + " ± " + fixed(u, decimals);
}

std::string formatRange(double low, double high, const std::string& unit) {
    if (!std::isfinite(low) || !std::isfinite(high)) return kMissing;
    const auto text = [](double v) { return v > 0.0 ? fixed(v, decimalsFor(v, 2)) : "0"; };
    return withUnit(text(low) + "–" + text(high), unit);
}

EnergyUnit energyUnit(double largest_j) {
    constexpr double kJoulesPerWh = kJoulesPerKwh / 1000.0;
    if (largest_j >= kJoulesPerKwh) return {"kWh", 1.0 / kJoulesPerKwh};
    if (largest_j >= kJoulesPerWh) return {"Wh", 1.0 / kJoulesPerWh};
    return {"J", 1.0};
}

}  // namespace wattline
