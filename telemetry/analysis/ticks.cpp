// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "telemetry/analysis/plot.h"

namespace wattline {
namespace {

struct Suffix {
    double from, divisor;
    const char* text;
};
constexpr std::array kSuffixes{Suffix{1e9, 1e9, " G"}, Suffix{1e6, 1e6, " M"},
                               Suffix{1e4, 1e3, " k"}};

/// The next of 1, 2, 5 x 10^n that is at least `raw`.
double niceStep(double raw) {
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (raw <= factor * power * (1.0 + 1e-9)) return factor * power;
    return 10.0 * power;
}

int decimalsOf(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 12);
}

std::string tickText(double value, double step, double largest) {
    std::array<char, 64> text{};
    if (std::abs(value) < 1e-9 * step) return "0";
    if (largest < 1e-3 || largest >= 1e13) {
        std::snprintf(text.data(), text.size(), "%.3g", value);
        return text.data();
    }
    const auto* const suffix =
        std::ranges::find_if(kSuffixes, [&](const Suffix& s) { return largest >= s.from; });
    const bool plain = suffix == kSuffixes.end();
    const double divisor = plain ? 1.0 : suffix->divisor;
    std::snprintf(text.data(), text.size(), "%.*f%s", decimalsOf(step / divisor), value / divisor,
                  plain ? "" : suffix->text);
    return text.data();
}

}  // namespace

AxisTicks niceTicks(double low, double high, int wanted, bool from_zero) {
    if (!std::isfinite(low) || !std::isfinite(high) || low > high) low = 0.0, high = 1.0;
    if (from_zero) {
        low = std::min(0.0, low);
        high = std::max(0.0, high);
    }
    if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high))) {
        const double room = low == 0.0 ? 1.0 : 0.5 * std::abs(low);
        low -= from_zero && low >= 0.0 ? 0.0 : room;
        high += room;
    }
    const double step = niceStep((high - low) / std::max(1, wanted));
    AxisTicks ticks;
    const double first = std::floor(low / step + 1e-9);
    const double last = std::ceil(high / step - 1e-9);
    ticks.low = first * step;
    ticks.high = last * step;
    const double largest = std::max(std::abs(ticks.low), std::abs(ticks.high));
    for (double i = first; i <= last; i += 1.0) {
        ticks.at.push_back(i * step);
        ticks.text.push_back(tickText(i * step, step, largest));
    }
    return ticks;
}

AxisTicks logTicks(double low, double high, int wanted) {
    if (!(low > 0.0) || !(high >= low) || !std::isfinite(high)) low = 1.0, high = 10.0;
    const double first = std::floor(std::log10(low) + 1e-9);
    const double last = std::max(first + 1.0, std::ceil(std::log10(high) - 1e-9));
    const double step = std::max(1.0, std::ceil((last - first) / std::max(1, wanted)));
    AxisTicks ticks;
    ticks.low = std::pow(10.0, first);
    ticks.high = std::pow(10.0, last);
    for (double i = first; i <= last; i += step) {
        const double at = std::pow(10.0, i);
        ticks.at.push_back(at);
        ticks.text.push_back(tickText(at, at, at));
    }
    return ticks;
}

}  // namespace wattline
