// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "telemetry/analysis/comparison.h"
#include "telemetry/analysis/plot.h"

namespace wattline {
namespace {

using Member = std::optional<DerivedFigure> DerivedFigures::*;

/// Row of one derived quantity; without figures it is left out.
void addRow(Comparison& comparison, ComparisonRow row, Member member,
            const std::vector<DerivedFigures>& derived) {
    for (const auto& each : derived) {
        const auto& figure = each.*member;
        Figure shown;
        if (figure) {
            shown.value = figure->value;
            shown.u = std::max(figure->high - figure->value, figure->value - figure->low);
        }
        row.figures.push_back(shown);
        const auto& first = row.figures.front().value;
        const bool comparable = row.figures.size() > 1 && first && shown.value && *first != 0.0;
        row.difference_percent.push_back(
            comparable ? std::optional(100.0 * (*shown.value - *first) / std::abs(*first))
                       : std::nullopt);
        row.verdict.emplace_back();
    }
    const bool known =
        std::ranges::any_of(row.figures, [](const Figure& f) { return f.value.has_value(); });
    if (known) comparison.rows.push_back(std::move(row));
}

}  // namespace

Comparison withFactors(Comparison comparison, const Factors& factors,
                       const std::vector<DerivedFigures>& derived) {
    if (!factors.any() || derived.size() != comparison.runs.size()) return comparison;
    comparison.factors = factors;
    double largest_j = 0.0;
    for (const auto& each : derived)
        if (each.site_j) largest_j = std::max(largest_j, each.site_j->value);
    const auto unit = energyUnit(largest_j);
    addRow(comparison, {"site_j", "Site energy (PUE)", unit.name, unit.per_joule, {}, {}, {}},
           &DerivedFigures::site_j, derived);
    addRow(comparison, {"cost", "Cost", factors.currency, 1.0, {}, {}, {}}, &DerivedFigures::cost,
           derived);
    addRow(comparison, {"carbon_g", "Carbon", "g CO2e", 1.0, {}, {}, {}}, &DerivedFigures::carbon_g,
           derived);
    for (std::size_t i = 0; i < derived.size(); ++i)
        for (const auto& note : derived[i].notes)
            comparison.notes.push_back("'" + displayName(comparison.runs[i].spec) + "': " + note);
    return comparison;
}

}  // namespace wattline
