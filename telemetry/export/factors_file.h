// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/result.h"

namespace wattline {

/// A course of carbon intensities. CSV: a header that names `time` and `g_per_kwh`, then a line a
/// value. JSON: an array of {"time", "g_per_kwh"}. Times are UTC, as "2026-11-21T10:00:00Z" or
/// seconds since 1970; they ascend; values are 0 to 5000. `name` is what error sentences call it.
[[nodiscard]] Result<CarbonIntensity> parseCarbonCourse(std::string_view text,
                                                        const std::string& name);

/// The workspace's settings: what factors.json says. `carbon` is a number or the path of a course,
/// which the caller reads.
struct FactorSettings {
    std::optional<double> pue, price_per_kwh, carbon_g_per_kwh;
    std::string currency, carbon_file;
};
/// {"pue": 1.3, "price_per_kwh": 0.31, "currency": "EUR", "carbon_g_per_kwh": 380} or "carbon_file"
/// instead of the last. All keys may be missing; one that is unknown is refused, since a misspelled
/// factor would silently not count.
[[nodiscard]] Result<FactorSettings> parseFactorSettings(std::string_view text,
                                                         const std::string& name);

/// Refuses what cannot be: a PUE under 1, a negative price or intensity.
[[nodiscard]] Result<void> checkFactors(const Factors& factors);

/// The factors and where they are from, one JSON object; `null` without factors.
[[nodiscard]] std::string factorsJson(const Factors& factors);
/// The same with what follows for one run: site_j, cost, carbon_g as {"value", "low", "high"}.
[[nodiscard]] std::string factorsJson(const Factors& factors, const DerivedFigures& derived);

}  // namespace wattline
