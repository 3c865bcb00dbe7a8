// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/factors.h"

#include <algorithm>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

/// `value` per joule of the headline, with the headline's interval.
DerivedFigure scaled(const RunSummary& run, double per_joule) {
    const double j = *run.energy_j;
    return {j * per_joule, run.energy_low_j.value_or(j) * per_joule,
            run.energy_high_j.value_or(j) * per_joule};
}

/// Grams per joule, each joule with the intensity of the time at which it was drawn.
std::optional<double> gramsPerJoule(const CarbonIntensity& carbon,
                                    const std::vector<EnergyPoint>& trace) {
    if (carbon.isConstant()) return carbon.points.front().g_per_kwh / kJoulesPerKwh;
    double grams = 0.0, joules = 0.0;
    for (std::size_t i = 1; i < trace.size(); ++i) {
        const auto intensity = carbon.at(0.5 * (trace[i - 1].unix_s + trace[i].unix_s));
        const double j = trace[i].j - trace[i - 1].j;
        if (j <= 0.0) continue;
        if (!intensity) return std::nullopt;
        grams += j * *intensity / kJoulesPerKwh;
        joules += j;
    }
    return joules > 0.0 ? std::optional(grams / joules) : std::nullopt;
}

}  // namespace

std::optional<double> CarbonIntensity::at(double unix_s) const {
    if (points.empty()) return std::nullopt;
    if (isConstant()) return points.front().g_per_kwh;
    const auto next = std::ranges::upper_bound(points, unix_s, {}, &CarbonPoint::unix_s);
    if (next == points.begin()) return std::nullopt;
    const auto& last = points.back();
    const double lasts = last.unix_s - points[points.size() - 2].unix_s;
    if (unix_s > last.unix_s + lasts) return std::nullopt;
    return std::prev(next)->g_per_kwh;
}

DerivedFigures derive(const RunSummary& run, const Factors& factors,
                      const std::vector<EnergyPoint>& trace) {
    DerivedFigures out;
    if (!factors.any()) return out;
    if (!run.energy_j) {
        out.notes.emplace_back("PUE, price and carbon intensity need an energy, and this run has "
                               "none.");
        return out;
    }
    const double pue = factors.pue.value_or(1.0);
    if (factors.pue) out.site_j = scaled(run, pue);
    if (factors.price_per_kwh) out.cost = scaled(run, pue * *factors.price_per_kwh / kJoulesPerKwh);
    if (!factors.carbon) return out;
    if (const auto grams = gramsPerJoule(*factors.carbon, trace))
        out.carbon_g = scaled(run, pue * *grams);
    else
        out.notes.emplace_back("No carbon figure: the intensities do not cover all of the run; "
                               "give a file that does, or a number.");
    return out;
}

}  // namespace wattline
