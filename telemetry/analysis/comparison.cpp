// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/comparison.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "telemetry/analysis/comparison_notes.h"
#include "telemetry/analysis/ledger.h"
#include "telemetry/analysis/plot.h"
#include "telemetry/analysis/uncertainty.h"

namespace wattline {
namespace {

using Getter = std::function<std::optional<double>(const RunSummary&)>;

constexpr const char* kNotJudged = "estimate, not judged";

/// What follows from the energy shares its relative uncertainty.
enum class Rests { OnItself, OnEnergy };

struct Quantity {
    std::string key, label, unit;
    double scale;
    Rests rests;
    Getter value;
    Getter own_u;  ///< only for Rests::OnItself; may be empty
};

std::optional<double> positive(double value) {
    return value > 0.0 ? std::optional(value) : std::nullopt;
}

std::optional<double> ratio(std::optional<double> a, double b) {
    return a && b > 0.0 ? std::optional(*a / b) : std::nullopt;
}

Getter member(std::optional<double> RunSummary::*field) {
    return [field](const RunSummary& run) { return run.*field; };
}

double largestEnergy(const std::vector<RunSummary>& runs) {
    double j = 0.0;
    for (const auto& run : runs)
        j = std::max(j, run.energy_j.value_or(0.0));
    return j;
}

std::vector<Quantity> energyQuantities(const EnergyUnit& unit) {
    return {
        {"energy_j",
         "Energy",
         unit.name,
         unit.per_joule,
         Rests::OnEnergy,
         member(&RunSummary::energy_j),
         {}},
        {"mean_power_w",
         "Mean power",
         "W",
         1.0,
         Rests::OnEnergy,
         member(&RunSummary::mean_power_w),
         {}},
        {"slope_w", "Slope (power per GPU)", "W", 1.0, Rests::OnItself,
         member(&RunSummary::slope_w), member(&RunSummary::slope_u_w)},
        {"energy_per_sample_j",
         "Energy per sample",
         "J",
         1.0,
         Rests::OnEnergy,
         [](const RunSummary& r) { return ratio(r.energy_j, static_cast<double>(r.samples)); },
         {}},
    };
}

std::vector<Quantity> plainQuantities(bool cpu_only) {
    const auto plain = [](std::string key, std::string label, std::string unit, Getter value,
                          double scale = 1.0) {
        return Quantity{std::move(key),
                        std::move(label),
                        std::move(unit),
                        scale,
                        Rests::OnItself,
                        std::move(value),
                        {}};
    };
    const std::string hour = cpu_only ? "rank hour" : "GPU hour";
    return {
        plain("wall_s", "Wall time", "s", [](const RunSummary& r) { return positive(r.wall_s); }),
        plain("gpu_hours", cpu_only ? "Rank hours" : "GPU hours", "h",
              [](const RunSummary& r) { return positive(r.gpu_hours); }),
        plain("throughput_samples_per_s", "Throughput", "samples/s",
              member(&RunSummary::throughput_samples_per_s)),
        plain("samples_per_gpu_hour", "Samples per " + hour, "1/h",
              member(&RunSummary::samples_per_gpu_hour)),
        plain("updates_per_gpu_hour", "Updates per " + hour, "1/h",
              member(&RunSummary::updates_per_gpu_hour)),
        plain("train_loss", "Training loss", "", member(&RunSummary::train_loss)),
        plain("val_loss", "Validation loss", "", member(&RunSummary::val_loss)),
        plain("final_top1_error", "Top-1 error", "%", member(&RunSummary::final_top1_error), 100.0),
        plain("final_top5_error", "Top-5 error", "%", member(&RunSummary::final_top5_error), 100.0),
        plain("held_s", "Held", "s", [](const RunSummary& r) { return std::optional(r.held_s); }),
        plain(
            "records_lost", "Records lost", "",
            [](const RunSummary& r) { return std::optional(static_cast<double>(r.records_lost)); }),
    };
}

std::vector<std::string> headlineIds(const RunSummary& run) {
    std::vector<std::string> ids;
    for (const auto i : headline(run.energy).used)
        ids.push_back(run.energy[i].device.id);
    std::ranges::sort(ids);
    return ids;
}

bool sameDevices(const RunSummary& a, const RunSummary& b) {
    const auto ids = headlineIds(a);
    return !ids.empty() && ids == headlineIds(b);
}

/// u / E of the headline; without the devices' gain where that is common to both runs.
std::optional<double> relativeU(const RunSummary& run, bool common_gain) {
    if (!run.energy_j || !(*run.energy_j > 0.0)) return std::nullopt;
    if (!common_gain) return ratio(run.energy_u_j, *run.energy_j);
    double squares = 0.0;
    for (const auto i : headline(run.energy).used)
        squares += std::pow(uncertaintyWithoutGain(run.energy[i]), 2);
    return std::sqrt(squares) / *run.energy_j;
}

/// The uncertainty of a slope holds the energy's relative interval; swap it for the part that
/// counts here.
std::optional<double> slopeU(const RunSummary& run, double value, std::optional<double> u,
                             bool common_gain) {
    const auto whole = relativeU(run, false);
    const auto part = relativeU(run, true);
    if (!u || !common_gain || !whole || !part) return u;
    const double scatter = std::sqrt(std::max(0.0, *u * *u - std::pow(*whole * value, 2)));
    return std::hypot(scatter, *part * value);
}

std::optional<double> uncertainty(const Quantity& q, const RunSummary& run, bool common_gain) {
    const auto value = q.value(run);
    if (!value) return std::nullopt;
    if (q.rests == Rests::OnEnergy) {
        const auto relative = relativeU(run, common_gain);
        return relative ? std::optional(*relative * std::abs(*value)) : std::nullopt;
    }
    if (!q.own_u) return std::nullopt;
    return slopeU(run, *value, q.own_u(run), common_gain);
}

std::string verdict(const Quantity& q, const RunSummary& first, const RunSummary& run) {
    if (first.energy_method != run.energy_method) return "";
    const bool common = sameDevices(first, run);
    const auto a = q.value(first), b = q.value(run);
    const auto u_a = uncertainty(q, first, common), u_b = uncertainty(q, run, common);
    if (!a || !b || !u_a || !u_b) return "";
    // Whether utilisation x rated power tells two runs apart is not known, whatever its scatter.
    if (!isMeasured(run.energy_method)) return kNotJudged;
    if (std::abs(*b - *a) <= std::hypot(*u_a, *u_b)) return "not distinguishable";
    return *b > *a ? "higher" : "lower";
}

ComparisonRow rowOf(const Quantity& q, const std::vector<RunSummary>& runs) {
    ComparisonRow row{q.key, q.label, q.unit, q.scale, {}, {}, {}};
    for (const auto& run : runs) {
        row.figures.push_back({q.value(run), uncertainty(q, run, false)});
        const auto& first = row.figures.front().value;
        const auto& value = row.figures.back().value;
        const bool comparable = row.figures.size() > 1 && first && value && *first != 0.0;
        row.difference_percent.push_back(
            comparable ? std::optional(100.0 * (*value - *first) / std::abs(*first))
                       : std::nullopt);
        row.verdict.push_back(comparable ? verdict(q, runs.front(), run) : "");
    }
    return row;
}

}  // namespace

Comparison compare(std::vector<RunSummary> runs) {
    Comparison comparison;
    comparison.runs = std::move(runs);
    const auto& all = comparison.runs;
    if (all.empty()) return comparison;
    const bool cpu_only =
        std::ranges::all_of(all, [](const RunSummary& r) { return r.device_kind == "cpu"; });
    auto quantities = plainQuantities(cpu_only);
    auto energy = energyQuantities(energyUnit(largestEnergy(all)));
    if (cpu_only) energy[2].label = "Slope (power per rank)";
    quantities.insert(quantities.begin() + 2, energy.begin(), energy.end());
    for (const auto& quantity : quantities) {
        auto row = rowOf(quantity, all);
        const bool known =
            std::ranges::any_of(row.figures, [](const Figure& f) { return f.value.has_value(); });
        if (known) comparison.rows.push_back(std::move(row));
    }
    comparison.notes = comparisonNotes(all);
    return comparison;
}

}  // namespace wattline
