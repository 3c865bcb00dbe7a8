// SPDX-License-Identifier: Apache-2.0
#include "app/cli/doctor_text.h"

#include "app/cli/text_table.h"
#include "app/cli/wording.h"

namespace wattline::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? kUnknown : text;
}

std::string sensorTable(const std::vector<SensorLine>& sensors) {
    if (sensors.empty()) return "Nothing here tells its power or energy.\n";
    TextTable table({{"DEVICE"},
                     {"SCOPE"},
                     {"SENSOR"},
                     {"METHOD"},
                     {"UPDATES", TextTable::Align::Right},
                     {"COUNTER", TextTable::Align::Right},
                     {"TELLS"}});
    for (const auto& line : sensors) {
        const auto& d = line.device;
        table.addRow({d.label, d.scope, d.sensor, std::string(name(d.method)),
                      periodText(line.power_s), periodText(line.counter_s), joined(line.tells)});
    }
    return table.text() + "Updates: how often the figure moved while it was watched, a dash where "
                          "it held still. Shorter ones than 2 ms are not told apart.\n";
}

std::string checkTable(const std::vector<Check>& checks) {
    TextTable table({{"WHAT"}, {""}, {"FOUND"}});
    for (const auto& check : checks) {
        table.addRow({check.key, check.ok ? "yes" : "no", check.detail});
        if (!check.advice.empty()) table.addRow({"", "", "-> " + check.advice});
    }
    return table.text();
}

std::string energyText(const TestedEnergy& energy) {
    return energy.sensor + " (" + std::string(name(energy.method)) + ") " + fixed(energy.j, 1) +
           " J ± " + fixed(energy.u_j, 1);
}

std::string sentence(const SensorComparison& c) {
    using Kind = SensorComparison::Kind;
    const auto both = c.device + ": " + energyText(c.first) + "; " + energyText(c.second) + ": ";
    switch (c.kind) {
    case Kind::SameDevice:
        return both + (c.agree ? "they agree within their uncertainties"
                               : "they differ by more than both uncertainties");
    case Kind::WholeAndParts:
        return both + (c.agree ? "the whole is not less than its parts"
                               : "the parts are more than the whole");
    case Kind::AgainstEstimate:
        return both + "measured beside estimated, which proves neither";
    }
    return both;
}

std::string testText(const SelfTest& test) {
    std::string text = "Self-test over " + fixed(test.seconds, 1) + " s, " +
                       counted(test.reads, "read") + ", " + std::to_string(test.failed_reads) +
                       " failed\n";
    for (const auto& each : test.comparisons)
        text += (each.agree ? "  " : "! ") + sentence(each) + "\n";
    if (!test.nothing_to_compare.empty()) text += "  " + test.nothing_to_compare + "\n";
    return text;
}

}  // namespace

std::string_view name(SensorComparison::Kind kind) noexcept {
    switch (kind) {
    case SensorComparison::Kind::SameDevice:
        return "same_device";
    case SensorComparison::Kind::WholeAndParts:
        return "whole_and_parts";
    case SensorComparison::Kind::AgainstEstimate:
        return "against_estimate";
    }
    return "unknown";
}

std::string toText(const Findings& found) {
    return sensorTable(found.sensors) + "\n" + checkTable(found.checks) + "\n" +
           (found.self_test ? testText(*found.self_test)
                            : "'wattline doctor --self-test' compares sensors for 10 s.\n");
}

}  // namespace wattline::cli
