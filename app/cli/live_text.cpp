// SPDX-License-Identifier: Apache-2.0
#include "app/cli/live_text.h"

#include <algorithm>

#include "app/cli/console.h"
#include "app/cli/text_table.h"
#include "app/cli/wording.h"

namespace wattline::cli {
namespace {

struct Quantity {
    const char* head;
    std::string (*text)(const RunSummary&);
};

std::string stepText(const RunSummary& run) {
    return grouped(run.step) + (run.steps_planned > 0 ? " of " + grouped(run.steps_planned) : "");
}

/// In the order of importance; the same for both layouts.
const std::vector<Quantity>& quantities() {
    using S = RunSummary;
    static const std::vector<Quantity> all{
        {"RUN", [](const S& r) { return r.spec.id; }},
        {"NAME", [](const S& r) { return displayName(r.spec); }},
        {"STATE", [](const S& r) { return std::string(name(r.state)); }},
        {"STEP", stepText},
        {"EPOCH", [](const S& r) { return std::to_string(r.epoch); }},
        {"LOSS", [](const S& r) { return fixed(r.train_loss, 4); }},
        {"VAL LOSS", [](const S& r) { return fixed(r.val_loss, 4); }},
        {"TOP-1 ERROR", [](const S& r) { return errorShareText(r.final_top1_error); }},
        {"SAMPLES/S", [](const S& r) { return fixed(r.throughput_samples_per_s, 1); }},
        {"POWER", [](const S& r) { return powerText(r.power_w, r); }},
        {"ENERGY", [](const S& r) { return energyText(r); }},
        {"HOURS", [](const S& r) { return hoursText(r); }},
        {"SLOPE", [](const S& r) { return slopeText(r); }},
        {"RECEIVED", [](const S& r) { return recordsText(r); }}};
    return all;
}

std::vector<std::string> lineARun(const std::vector<RunSummary>& runs) {
    std::vector<TextTable::Column> columns;
    for (const auto& quantity : quantities()) {
        const bool words = columns.size() < 3;
        columns.push_back(
            {quantity.head, words ? TextTable::Align::Left : TextTable::Align::Right});
    }
    TextTable table(std::move(columns));
    for (const auto& run : runs) {
        std::vector<std::string> cells;
        for (const auto& quantity : quantities())
            cells.push_back(quantity.text(run));
        table.addRow(std::move(cells));
    }
    return table.lines();
}

std::vector<std::string> columnARun(const std::vector<RunSummary>& runs) {
    std::vector<TextTable::Column> columns{{"RUN"}};
    for (const auto& run : runs)
        columns.push_back({run.spec.id});
    TextTable table(std::move(columns));
    for (std::size_t q = 1; q < quantities().size(); ++q) {
        std::vector<std::string> cells{quantities()[q].head};
        for (const auto& run : runs)
            cells.push_back(quantities()[q].text(run));
        table.addRow(std::move(cells));
    }
    return table.lines();
}

}  // namespace

std::string statusLine(const RunSummary& run) {
    auto line = std::string(name(run.state)) + "  step " + stepText(run) + "  epoch " +
                std::to_string(run.epoch) + "  loss " + fixed(run.train_loss, 4) +
                (run.val_loss ? "  val " + fixed(run.val_loss, 4) : "") + "  " +
                rateText(run.throughput_samples_per_s) + "  power " + powerText(run.power_w, run) +
                "  energy " + energyText(run) + "  " + hoursText(run) + "  received " +
                recordsText(run);
    return printable(line);
}

std::vector<std::string> statusTable(const std::vector<RunSummary>& runs, int columns) {
    auto lines = lineARun(runs);
    const auto width = std::ranges::max(lines, {}, [](const auto& l) { return shownWidth(l); });
    return shownWidth(width) <= static_cast<std::size_t>(columns) ? lines : columnARun(runs);
}

std::string endingText(const RunSummary& run) {
    auto text = run.spec.id + " " + std::string(name(run.state)) + " after " +
                durationText(run.wall_s) + ": " + counted(run.step, "step") + ", training loss " +
                fixed(run.train_loss, 4) + ", validation loss " + fixed(run.val_loss, 4) +
                ", top-1 error " + errorShareText(run.final_top1_error) + ", " +
                rateText(run.throughput_samples_per_s) + "\n";
    text += "Energy " + energyText(run) + " over " + hoursText(run) + "; mean power " +
            powerText(run.mean_power_w, run) + "; slope " + slopeText(run) + "\n";
    text += recordsText(run) + " records received, " + grouped(run.records_lost) +
            " lost. More: wattline show " + run.spec.id + "\n";
    return text;
}

}  // namespace wattline::cli
