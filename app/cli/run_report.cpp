// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_report.h"

#include <cmath>
#include <utility>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/energy_report.h"
#include "app/cli/wording.h"
#include "telemetry/analysis/energy_words.h"

namespace wattline::cli {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string progressText(const RunSummary& run) {
    auto text = "step " + grouped(run.step);
    if (run.steps_planned > 0) text += " of " + grouped(run.steps_planned);
    return text + ", epoch " + std::to_string(run.epoch) + ", " + counted(run.samples, "sample");
}

std::string batchText(const RunSpec& spec) {
    auto text = "LBS " + std::to_string(spec.lbs) + " x " + counted(spec.ranks, "rank");
    if (spec.accumulation > 1) text += " x " + std::to_string(spec.accumulation) + " micro-steps";
    return text + " = GBS " + std::to_string(spec.gbs);
}

/// A run of `wattline measure`: a command, without steps, batch or loss.
Lines measuredConfiguration(const RunSummary& run) {
    Lines lines{{"Run", run.spec.id + "  " + displayName(run.spec)},
                {"State", std::string(name(run.state))},
                {"Command", run.spec.command},
                {"Processes", std::to_string(run.spec.ranks)}};
    if (!run.state_reason.empty()) lines.insert(lines.begin() + 2, {"Reason", run.state_reason});
    return lines;
}

Lines configuration(const RunSummary& run) {
    const auto& spec = run.spec;
    if (!spec.command.empty()) return measuredConfiguration(run);
    Lines lines{{"Run", spec.id + "  " + displayName(spec)},
                {"State", std::string(name(run.state))},
                {"Model", spec.model + " on " + spec.dataset + ", recipe " + spec.recipe},
                {"Batch", batchText(spec)},
                {"Progress", progressText(run)}};
    if (!run.state_reason.empty()) lines.insert(lines.begin() + 2, {"Reason", run.state_reason});
    return lines;
}

std::string rate(std::optional<double> value) {
    return value ? grouped(std::llround(*value)) : kUnknown;
}

std::string samplingText(const RunSummary& run) {
    if (!run.sampler_cpu_s) return kUnknown;
    auto text = fixed(*run.sampler_cpu_s, 2) + " s of CPU time";
    if (run.wall_s + run.held_s > 0)
        text += ", " + fixed(100.0 * *run.sampler_cpu_s / (run.wall_s + run.held_s), 3) +
                " % of a core";
    return text;
}

Lines measuredFigures(const RunSummary& run) {
    return {{"Wall time", durationText(run.wall_s)},
            {"Hours", hoursText(run)},
            {"Mean power", powerText(run.mean_power_w, run)},
            {"Sampling", samplingText(run)},
            {"Records", recordsText(run) + " received, " + grouped(run.records_lost) + " lost"}};
}

Lines figures(const RunSummary& run) {
    if (!run.spec.command.empty()) return measuredFigures(run);
    const auto per_hour = " a " + std::string(run.device_kind == "cpu" ? "rank" : "GPU") + " hour";
    return {{"Wall time", durationText(run.wall_s) +
                              (run.held_s > 0 ? ", and held " + durationText(run.held_s) : "")},
            {"Hours", hoursText(run)},
            {"Mean power", powerText(run.mean_power_w, run)},
            {"Slope", slopeText(run)},
            {"Throughput", rateText(run.throughput_samples_per_s)},
            {"Efficiency", rate(run.samples_per_gpu_hour) + " samples" + per_hour + ", " +
                               rate(run.updates_per_gpu_hour) + " updates" + per_hour},
            {"Training loss", fixed(run.train_loss, 4)},
            {"Validation loss", fixed(run.val_loss, 4)},
            {"Validation", "top-1 error " + errorShareText(run.final_top1_error) +
                               ", top-5 error " + errorShareText(run.final_top5_error)},
            {"Sampling", samplingText(run)},
            {"Records", recordsText(run) + " received, " + grouped(run.records_lost) + " lost"}};
}

std::string eventLines(const RunSummary& run) {
    std::string out;
    for (const auto& event : run.events) {
        out += "  " + durationText(event.t_s) + ", step " + grouped(event.step) + ": " + event.kind;
        out += event.text.empty() ? "\n" : ", " + printable(event.text) + "\n";
    }
    return out;
}

}  // namespace

std::string runReport(const RunSummary& run, const Factors& factors,
                      const DerivedFigures& derived) {
    constexpr std::size_t kLabelWidth = 17;
    auto lines = configuration(run);
    for (const auto& part : {energyLines(run), figures(run), factorLines(run, factors, derived)})
        lines.insert(lines.end(), part.begin(), part.end());
    std::string out;
    for (const auto& [label, text] : lines)
        out += label + std::string(kLabelWidth - label.size(), ' ') + printable(text) + "\n";
    for (const auto& warning : energyWarnings(run))
        out += "Note: " + printable(warning) + "\n";
    if (!run.energy.empty()) out += "\nEnergy by device\n" + ledgerTable(run);
    if (!run.phases.empty()) out += "\nEnergy by phase\n" + phaseTable(run);
    if (!run.events.empty()) out += "\nEvents\n" + eventLines(run);
    return out;
}

}  // namespace wattline::cli
