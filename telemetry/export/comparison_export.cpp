// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/comparison_export.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "telemetry/analysis/energy_words.h"
#include "telemetry/export/comparison_text.h"
#include "telemetry/export/csv.h"
#include "telemetry/export/factors_file.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

using Json = nlohmann::ordered_json;

Json orNull(std::optional<double> value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

std::optional<double> differenceOf(const ComparisonRow& row, std::size_t run) {
    return run < row.difference_percent.size() ? row.difference_percent[run] : std::nullopt;
}

std::string verdictOf(const ComparisonRow& row, std::size_t run) {
    return run < row.verdict.size() ? row.verdict[run] : std::string();
}

/// "estimated", "counter, 3 of 4 hosts", … where the figure is an energy or made of one; else
/// empty.
std::string methodOf(const ComparisonRow& row, const RunSummary& run) {
    return restsOnEnergy(row.key) ? methodWords(run) : std::string();
}

std::string scopeOf(const ComparisonRow& row, const RunSummary& run) {
    return restsOnEnergy(row.key) ? scopeWords(run) : std::string();
}

Json rowJson(const Comparison& comparison, const ComparisonRow& row) {
    Json figures = Json::array();
    for (std::size_t i = 0; i < row.figures.size(); ++i)
        figures.push_back({{"value", orNull(row.figures[i].value)},
                           {"u", orNull(row.figures[i].u)},
                           {"difference_percent", orNull(differenceOf(row, i))},
                           {"verdict", verdictOf(row, i)},
                           {"energy_method", methodOf(row, comparison.runs.at(i))},
                           {"energy_scope", scopeOf(row, comparison.runs.at(i))}});
    return {{"key", row.key},
            {"label", row.label},
            {"display_unit", row.unit},
            {"display_scale", row.scale},
            {"figures", std::move(figures)}};
}

}  // namespace

std::string comparisonCsv(const Comparison& comparison) {
    CsvWriter csv;
    csv.text("quantity").text("run").text("name").text("value").text("u");
    csv.text("difference_percent").text("verdict").text("energy_method");
    csv.text("energy_scope").endLine();
    for (const auto& row : comparison.rows)
        for (std::size_t i = 0; i < row.figures.size() && i < comparison.runs.size(); ++i) {
            const auto& run = comparison.runs[i];
            const auto& spec = run.spec;
            csv.text(row.key).text(spec.id).text(displayName(spec));
            csv.number(row.figures[i].value).number(row.figures[i].u);
            csv.number(differenceOf(row, i)).text(verdictOf(row, i));
            csv.text(methodOf(row, run)).text(scopeOf(row, run)).endLine();
        }
    return csv.take();
}

std::string comparisonJson(const Comparison& comparison) {
    Json runs = Json::array();
    for (const auto& run : comparison.runs)
        runs.push_back(Json::parse(wire::toJson(run)));
    Json rows = Json::array();
    for (const auto& row : comparison.rows)
        rows.push_back(rowJson(comparison, row));
    const Json document = {{"runs", std::move(runs)},
                           {"rows", std::move(rows)},
                           {"notes", comparison.notes},
                           {"factors", Json::parse(factorsJson(comparison.factors))}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wattline
