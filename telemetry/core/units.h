// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>

namespace wattline {

/// A number with a unit that the compiler checks. Raw numbers become typed where they enter the
/// program and raw again where they leave it; `value` is in the SI unit that the alias names.
template <typename Tag> struct Quantity {
    double value = 0.0;

    constexpr Quantity& operator+=(Quantity other) {
        value += other.value;
        return *this;
    }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
    friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
    friend constexpr Quantity operator*(double k, Quantity a) { return {a.value * k}; }
    friend constexpr Quantity operator/(Quantity a, double k) { return {a.value / k}; }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
    friend constexpr auto operator<=>(Quantity, Quantity) = default;
};

using Joules = Quantity<struct JoulesTag>;
using Watts = Quantity<struct WattsTag>;
using Seconds = Quantity<struct SecondsTag>;

constexpr Joules operator*(Watts p, Seconds t) {
    return {p.value * t.value};
}
constexpr Watts operator/(Joules e, Seconds t) {
    return {e.value / t.value};
}

inline constexpr double kJoulesPerKwh = 3.6e6;
inline constexpr double kSecondsPerHour = 3600.0;
inline constexpr double kNanosPerSecond = 1e9;

constexpr double toKwh(Joules e) {
    return e.value / kJoulesPerKwh;
}

}  // namespace wattline
