// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "telemetry/analysis/ledger.h"

/// Devices and readings for the tests of the ledger.
namespace wattline::test {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInf = std::numeric_limits<double>::infinity();

inline PowerDevice gpu(const std::string& id, EnergyMethod method = EnergyMethod::Integrated) {
    PowerDevice d;
    d.id = id;
    d.label = "Test GPU";
    d.kind = "gpu";
    d.scope = "board";
    d.sensor = "test";
    d.method = method;
    d.gain_low = 0.95;
    d.gain_high = 1.05;
    d.period_s = 0.1;
    d.boot_id = "boot";
    return d;
}

inline PowerDevice estimate(const std::string& id) {
    PowerDevice d = gpu(id, EnergyMethod::Estimated);
    d.kind = "cpu";
    d.scope = "host";
    d.gain_low = 0.3;
    d.gain_high = 3.0;
    return d;
}

using Power = std::function<double(double)>;

/// Readings at 0, 0.1, ... end_s.
inline void sample(
    EnergyLedger& ledger, std::size_t account, double end_s, const Power& power,
    const Power& counter = [](double) { return kNaN; }) {
    const int steps = static_cast<int>(std::lround(end_s * 10.0));
    for (int i = 0; i <= steps; ++i) {
        const double t = 0.1 * i;
        ledger.addSample(account, {t, power(t), counter(t)});
    }
}

inline EnergyEntry only(const EnergyLedger& ledger, double from_s, double to_s) {
    const auto entries = ledger.entries(from_s, to_s);
    EXPECT_EQ(entries.size(), 1u);
    return entries.at(0);
}

inline void expectContains(const EnergyEntry& e, double truth) {
    EXPECT_LE(e.low_j, truth);
    EXPECT_GE(e.high_j, truth);
}

}  // namespace wattline::test
