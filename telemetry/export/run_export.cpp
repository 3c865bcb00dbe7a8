// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/run_export.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "telemetry/analysis/energy_words.h"
#include "telemetry/export/csv.h"
#include "telemetry/export/factors_file.h"
#include "telemetry/export/series_units.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

using Json = nlohmann::ordered_json;

/// True for series with one point at the end of a step; power comes at the sensors' own pace.
bool isPerStep(std::string_view series) {
    return !series.starts_with("power") && series != "energy";
}

/// All values of one step, by column. Several series meet here.
struct StepRow {
    std::array<double, kAxisCount> axes{};
    std::map<std::string, double> values;
};

void addToRows(std::map<std::int64_t, StepRow>& rows, const SeriesRows& series) {
    for (std::size_t i = 0; i < series.axes.size() && i < series.values.size(); ++i) {
        const double step = series.axes[i][static_cast<std::size_t>(Axis::Step)];
        if (!std::isfinite(step)) continue;
        const auto [row, is_new] = rows.try_emplace(std::llround(step));
        if (is_new) row->second.axes = series.axes[i];
        row->second.values[series.series] = series.values[i];
    }
}

bool isValidation(std::string_view series) {
    return series.starts_with("val_");
}

/// A validation is later than the step that it follows: the step's own axes win.
std::map<std::int64_t, StepRow> joinBySteps(const RunExport& run) {
    std::map<std::int64_t, StepRow> rows;
    for (const bool validation : {false, true})
        for (const auto& series : run.series)
            if (isPerStep(series.series) && isValidation(series.series) == validation)
                addToRows(rows, series);
    return rows;
}

/// Names of the per-step series of all runs, in the order in which they first appear.
std::vector<std::string> perStepSeries(std::span<const RunExport> runs) {
    std::vector<std::string> names;
    for (const auto& run : runs)
        for (const auto& series : run.series)
            if (isPerStep(series.series) && std::ranges::find(names, series.series) == names.end())
                names.push_back(series.series);
    return names;
}

/// k = 2, of the run's energy: what each energy of this run is sure to at best.
std::optional<double> uPercent(const RunSummary& run) {
    if (!run.energy_j || !run.energy_u_j || !(*run.energy_j > 0.0)) return std::nullopt;
    return 100.0 * *run.energy_u_j / *run.energy_j;
}

void addRunLines(CsvWriter& csv, const RunExport& run, const std::vector<std::string>& names) {
    for (const auto& [step, row] : joinBySteps(run)) {
        csv.text(run.summary.spec.id).text(run.summary.device_kind);
        csv.text(methodWords(run.summary));
        for (const double value : row.axes)
            csv.number(value);
        for (const auto& series : names) {
            const auto it = row.values.find(series);
            csv.number(it == row.values.end() ? std::nullopt : std::optional(it->second));
        }
        csv.text(scopeWords(run.summary)).number(uPercent(run.summary)).endLine();
    }
}

Json seriesJson(const SeriesRows& series, const std::string& device_kind) {
    Json out = Json::object();
    for (int a = 0; a < kAxisCount; ++a) {
        Json column = Json::array();
        for (const auto& axes : series.axes)
            column.push_back(axes[static_cast<std::size_t>(a)]);
        out[axisColumnName(static_cast<Axis>(a), device_kind)] = std::move(column);
    }
    out["value"] = series.values;  // NaN and infinities are written as null
    return out;
}

}  // namespace

std::string stepsCsv(std::span<const RunExport> runs) {
    const auto names = perStepSeries(runs);
    CsvWriter csv;
    csv.text("run").text("device_kind").text("energy_method");
    // Files of different device kinds keep one name per column; device_kind says what it counts.
    const bool all_cpu = std::ranges::all_of(
        runs, [](const RunExport& run) { return run.summary.device_kind == "cpu"; });
    for (int a = 0; a < kAxisCount; ++a)
        csv.text(axisColumnName(static_cast<Axis>(a), all_cpu ? "cpu" : "gpu"));
    for (const auto& series : names)
        csv.text(seriesColumnName(series));
    csv.text("energy_scope").text("energy_u_percent").endLine();
    for (const auto& run : runs)
        addRunLines(csv, run, names);
    return csv.take();
}

Result<std::string> runsJson(std::span<const RunExport> runs) {
    Json list = Json::array();
    for (const auto& run : runs) {
        auto specification = Json::parse(run.specification_json, nullptr, false);
        if (specification.is_discarded())
            return fail(ExitCode::Integrity, "run.json of " + run.summary.spec.id +
                                                 " is not JSON; restore it from a copy of the run");
        Json series = Json::object();
        for (const auto& rows : run.series)
            series[seriesColumnName(rows.series)] = seriesJson(rows, run.summary.device_kind);
        list.push_back({{"summary", Json::parse(wire::toJson(run.summary))},
                        {"specification", std::move(specification)},
                        {"factors", Json::parse(factorsJson(run.factors, run.derived))},
                        {"series", std::move(series)}});
    }
    const Json document = {
        {"format", 1}, {"written_by", "wattline " WATTLINE_VERSION}, {"runs", std::move(list)}};
    return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wattline
