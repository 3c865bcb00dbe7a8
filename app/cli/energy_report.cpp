// SPDX-License-Identifier: Apache-2.0
#include "app/cli/energy_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/cli/text_table.h"
#include "app/cli/wording.h"
#include "telemetry/analysis/energy_words.h"
#include "telemetry/analysis/ledger.h"
#include "telemetry/analysis/plot.h"

namespace wattline::cli {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

std::string joules(double j, double u = kNotKnown) {
    return formatValue(j, u, "J");
}

std::string wastedText(const RunSummary& run) {
    auto text = counted(run.wasted.steps, "step") +
                " done again: " + formatValue(run.wasted.gpu_hours, kNotKnown, hoursUnit(run));
    if (!run.wasted.j) return text;
    const auto [unit, factor] = energyUnit(*run.wasted.j);
    text += ", " +
            formatValue(*run.wasted.j * factor, run.wasted.u_j.value_or(kNotKnown) * factor, unit);
    return text + " (" + methodWords(run) + "), counted in the figures above";
}

/// Sum over the headline's devices; empty unless all of them have a baseline.
std::optional<double> aboveIdle(const RunSummary& run) {
    const auto used = headline(run.energy).used;
    double sum = 0.0;
    for (const auto i : used)
        sum += run.energy[i].above_idle_j;
    return used.empty() || !std::isfinite(sum) ? std::nullopt : std::optional(sum);
}

std::string figureOf(const RunSummary& run, const DerivedFigure& figure, double scale,
                     const std::string& unit) {
    const auto method =
        isMeasured(run.energy_method) ? std::string() : " " + std::string(name(run.energy_method));
    return formatValue(figure.value * scale, kNotKnown, unit) + method + " (" +
           formatRange(figure.low * scale, figure.high * scale, "") + ")";
}

std::string factorsText(const Factors& factors) {
    std::vector<std::string> parts;
    const auto value = [](double v) { return formatValue(v, kNotKnown, ""); };
    if (factors.pue) parts.push_back("PUE " + value(*factors.pue));
    if (factors.price_per_kwh)
        parts.push_back(value(*factors.price_per_kwh) + " " + factors.currency + "/kWh");
    if (factors.carbon && factors.carbon->isConstant())
        parts.push_back(value(factors.carbon->points.front().g_per_kwh) + " g CO2e/kWh");
    else if (factors.carbon)
        parts.push_back(
            counted(static_cast<std::int64_t>(factors.carbon->points.size()), "intensity value"));
    std::string text;
    for (const auto& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text + " (from " + factors.origin + ")";
}

}  // namespace

Lines energyLines(const RunSummary& run) {
    Lines lines{{"Energy", energyText(run)}};
    if (const auto scopes = scopeWords(run); !scopes.empty()) lines.push_back({"Covers", scopes});
    if (const auto j = aboveIdle(run)) {
        const auto [unit, factor] = energyUnit(*j);
        lines.push_back({"Above idle", formatValue(*j * factor, kNotKnown, unit) +
                                           ", by the baseline measured before the run"});
    }
    if (run.wasted.steps > 0) lines.push_back({"Wasted", wastedText(run)});
    return lines;
}

std::string ledgerTable(const RunSummary& run) {
    constexpr auto kRight = TextTable::Align::Right;
    const bool both = std::ranges::any_of(
        run.energy, [](const EnergyEntry& e) { return std::isfinite(e.residual_j()); });
    std::vector<TextTable::Column> columns{
        {"DEVICE"}, {"COVERS"}, {"METHOD"}, {"ENERGY (k = 2)", kRight}, {"RANGE", kRight}};
    if (both)
        for (const char* title : {"COUNTER", "SAMPLES", "RESIDUAL"})
            columns.push_back({title, kRight});
    for (const char* title : {"HELD", "GAPS"})
        columns.push_back({title, kRight});
    TextTable table(std::move(columns));
    const auto available = [](double j) { return j < 0.0 ? std::string(kUnknown) : joules(j); };
    for (const auto& entry : run.energy) {
        const bool estimated = entry.device.method == EnergyMethod::Estimated;
        std::vector<std::string> cells{entry.device.label, entry.device.scope,
                                       std::string(name(entry.device.method)) + ", " +
                                           entry.device.sensor,
                                       joules(entry.j, estimated ? kNotKnown : entry.u_j),
                                       formatRange(entry.low_j, entry.high_j, "J")};
        if (both)
            cells.insert(cells.end(), {available(entry.counter_j), available(entry.integrated_j),
                                       joules(entry.residual_j())});
        cells.insert(cells.end(), {joules(entry.held_j), durationText(entry.gap_s)});
        table.addRow(std::move(cells));
    }
    return table.text();
}

std::string phaseTable(const RunSummary& run) {
    if (run.phases.empty()) return {};
    constexpr auto kRight = TextTable::Align::Right;
    TextTable table({{"PHASE"}, {"TIME", kRight}, {"ENERGY (k = 2)", kRight}, {"ATTRIBUTED"}});
    for (const auto& phase : run.phases) {
        auto label = phase.phase;
        std::ranges::replace(label, '_', ' ');
        const bool estimated = !isMeasured(run.energy_method);
        table.addRow(
            {label, durationText(phase.seconds),
             joules(phase.j, estimated ? kNotKnown : phase.u_j) +
                 (estimated ? " " + std::string(name(run.energy_method)) : ""),
             phase.time_attributed ? "by time: shorter than ten readings" : "by sampled power"});
    }
    return table.text();
}

Lines factorLines(const RunSummary& run, const Factors& factors, const DerivedFigures& derived) {
    if (!factors.any()) return {};
    Lines lines{{"Factors", factorsText(factors)}};
    if (derived.site_j) {
        const auto [unit, factor] = energyUnit(derived.site_j->value);
        lines.push_back({"Site energy", figureOf(run, *derived.site_j, factor, unit)});
    }
    if (derived.cost)
        lines.push_back({"Cost", figureOf(run, *derived.cost, 1.0, factors.currency)});
    if (derived.carbon_g)
        lines.push_back({"Carbon", figureOf(run, *derived.carbon_g, 1.0, "g CO2e")});
    for (const auto& note : derived.notes)
        lines.push_back({"", note});
    return lines;
}

}  // namespace wattline::cli
