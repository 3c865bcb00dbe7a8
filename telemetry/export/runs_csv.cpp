// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/runs_csv.h"

#include <functional>
#include <vector>

#include "telemetry/analysis/energy_words.h"
#include "telemetry/export/csv.h"

namespace wattline {
namespace {

struct Column {
    const char* header;
    std::function<void(CsvWriter&, const RunSummary&)> write;
};

using Figure = std::optional<double> RunSummary::*;

Column figure(const char* header, Figure member) {
    return {header, [member](CsvWriter& csv, const RunSummary& run) { csv.number(run.*member); }};
}

Column count(const char* header, std::int64_t RunSummary::*member) {
    return {header, [member](CsvWriter& csv, const RunSummary& run) { csv.integer(run.*member); }};
}

Column amount(const char* header, double RunSummary::*member) {
    return {header, [member](CsvWriter& csv, const RunSummary& run) { csv.number(run.*member); }};
}

std::vector<Column> specificationColumns() {
    using S = RunSummary;
    return {{"id", [](CsvWriter& c, const S& r) { c.text(r.spec.id); }},
            {"name", [](CsvWriter& c, const S& r) { c.text(displayName(r.spec)); }},
            {"state", [](CsvWriter& c, const S& r) { c.text(name(r.state)); }},
            {"model", [](CsvWriter& c, const S& r) { c.text(r.spec.model); }},
            {"dataset", [](CsvWriter& c, const S& r) { c.text(r.spec.dataset); }},
            {"recipe", [](CsvWriter& c, const S& r) { c.text(r.spec.recipe); }},
            {"ranks", [](CsvWriter& c, const S& r) { c.integer(r.spec.ranks); }},
            {"lbs", [](CsvWriter& c, const S& r) { c.integer(r.spec.lbs); }},
            {"gbs", [](CsvWriter& c, const S& r) { c.integer(r.spec.gbs); }},
            {"device_kind", [](CsvWriter& c, const S& r) { c.text(r.device_kind); }}};
}

std::vector<Column> allColumns() {
    using S = RunSummary;
    auto columns = specificationColumns();
    const std::vector<Column> figures{
        count("steps", &S::step),
        count("samples", &S::samples),
        amount("wall_s", &S::wall_s),
        amount("held_s", &S::held_s),
        amount("gpu_hours", &S::gpu_hours),
        {"energy_method", [](CsvWriter& c, const S& r) { c.text(name(r.energy_method)); }},
        figure("energy_j", &S::energy_j),
        figure("energy_u_j", &S::energy_u_j),
        figure("energy_low_j", &S::energy_low_j),
        figure("energy_high_j", &S::energy_high_j),
        figure("mean_power_w", &S::mean_power_w),
        figure("slope_w", &S::slope_w),
        figure("slope_u_w", &S::slope_u_w),
        figure("samples_per_gpu_hour", &S::samples_per_gpu_hour),
        figure("updates_per_gpu_hour", &S::updates_per_gpu_hour),
        figure("throughput_samples_per_s", &S::throughput_samples_per_s),
        figure("final_loss", &S::final_loss),
        figure("final_top1_error", &S::final_top1_error),
        figure("final_top5_error", &S::final_top5_error),
        count("records_expected", &S::records_expected),
        count("records_stored", &S::records_stored),
        count("records_lost", &S::records_lost),
        figure("train_loss", &S::train_loss),
        figure("val_loss", &S::val_loss),
        {"energy_words", [](CsvWriter& c, const S& r) { c.text(methodWords(r)); }},
        {"energy_scope", [](CsvWriter& c, const S& r) { c.text(scopeWords(r)); }},
        {"wasted_steps", [](CsvWriter& c, const S& r) { c.integer(r.wasted.steps); }},
        {"wasted_gpu_hours", [](CsvWriter& c, const S& r) { c.number(r.wasted.gpu_hours); }},
        {"wasted_j", [](CsvWriter& c, const S& r) { c.number(r.wasted.j); }}};
    columns.insert(columns.end(), figures.begin(), figures.end());
    return columns;
}

}  // namespace

std::string runsCsv(std::span<const RunSummary> runs) {
    const auto columns = allColumns();
    CsvWriter csv;
    for (const auto& column : columns)
        csv.text(column.header);
    csv.endLine();
    for (const auto& run : runs) {
        for (const auto& column : columns)
            column.write(csv, run);
        csv.endLine();
    }
    return csv.take();
}

}  // namespace wattline
