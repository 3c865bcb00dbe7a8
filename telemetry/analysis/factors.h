// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline {

/// How many grams of CO2 equivalents a kWh of electricity caused, from `unix_s` (UTC) on.
struct CarbonPoint {
    double unix_s = 0.0;
    double g_per_kwh = 0.0;
};

/// A constant (one point, of which the time does not count) or a course in order of time. A course
/// holds each value until the next; the last one as long as the one before it did.
struct CarbonIntensity {
    std::vector<CarbonPoint> points;
    [[nodiscard]] bool isConstant() const noexcept { return points.size() == 1; }
    /// The value at `unix_s`; empty outside of the course. O(log n).
    [[nodiscard]] std::optional<double> at(double unix_s) const;
};

/// What turns measured joules into a site's joules, money and carbon. All are somebody's figures,
/// none is Wattline's: off unless asked for, and never mixed into an energy.
struct Factors {
    std::optional<double> pue;            ///< >= 1: the site's energy over its computers' energy
    std::optional<double> price_per_kwh;  ///< in `currency`, of the site's energy
    std::string currency;
    std::optional<CarbonIntensity> carbon;
    std::string origin;  ///< where they are from, one sentence: files, options
    [[nodiscard]] bool any() const noexcept { return pue || price_per_kwh || carbon; }
};

/// Headline energy since the run's window opened, at one instant.
struct EnergyPoint {
    double unix_s = 0.0;
    double j = 0.0;
};

/// A figure made from a run's energy by a factor. The interval is the energy's own (k = 2): a
/// factor is taken as given.
struct DerivedFigure {
    double value = 0.0;
    double low = 0.0, high = 0.0;
};

struct DerivedFigures {
    std::optional<DerivedFigure> site_j;    ///< energy x PUE
    std::optional<DerivedFigure> cost;      ///< (site energy, or energy without a PUE) x price
    std::optional<DerivedFigure> carbon_g;  ///< likewise x intensity when it was drawn
    std::vector<std::string> notes;         ///< sentences: why a figure is missing
};

/// `trace` is the course of the run's energy, needed for a carbon course only. A run without energy
/// has no such figures; one that reaches out of the carbon course has no carbon figure. Pure.
[[nodiscard]] DerivedFigures derive(const RunSummary& run, const Factors& factors,
                                    const std::vector<EnergyPoint>& trace);

}  // namespace wattline
