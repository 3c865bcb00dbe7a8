// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/comparison_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "telemetry/analysis/plot.h"

namespace wattline {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// A vertical bar or a line break in a name would end the cell.
std::string markdownCell(std::string text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += (c == '\n' || c == '\r') ? ' ' : c;
    }
    return out;
}

}  // namespace

bool restsOnEnergy(std::string_view key) {
    return key == "energy_j" || key == "mean_power_w" || key == "slope_w" ||
           key == "energy_per_sample_j" || key == "site_j" || key == "cost" || key == "carbon_g";
}

std::string comparisonMarkdown(const Comparison& comparison) {
    std::string out = "| |";
    for (const auto& run : comparison.runs)
        out += " " + markdownCell(displayName(run.spec)) + " (" + run.spec.id + ") |";
    out += "\n|---|";
    for (std::size_t i = 0; i < comparison.runs.size(); ++i)
        out += "---:|";
    out += "\n";
    for (const auto& row : comparison.rows) {
        out += "| " + markdownCell(row.label) + " |";
        for (std::size_t i = 0; i < row.figures.size(); ++i) {
            const auto difference = differenceText(row, i);
            out += " " + figureText(comparison, row, i) +
                   (difference.empty() ? std::string() : " (" + difference + ")") + " |";
        }
        out += "\n";
    }
    if (!comparison.notes.empty()) out += "\n";
    for (const auto& note : comparison.notes)
        out += "- " + note + "\n";
    return out;
}

std::string figureText(const Comparison& comparison, const ComparisonRow& row, std::size_t run) {
    const auto& figure = row.figures.at(run);
    const auto& summary = comparison.runs.at(run);
    const double value = figure.value ? *figure.value * row.scale : kUnknown;
    const bool measured = isMeasured(summary.energy_method) || !restsOnEnergy(row.key);
    if (!figure.value || measured)
        return formatValue(value, figure.u ? *figure.u * row.scale : kUnknown, row.unit);
    // A range of a tenth to ten times is no "plus or minus": the word says what the figure is
    // worth.
    auto text =
        formatValue(value, kUnknown, row.unit) + " " + std::string(name(summary.energy_method));
    if (row.key == "energy_j" && summary.energy_low_j && summary.energy_high_j)
        text += " (" +
                formatRange(*summary.energy_low_j * row.scale, *summary.energy_high_j * row.scale,
                            row.unit) +
                ")";
    return text;
}

std::string differenceText(const ComparisonRow& row, std::size_t run) {
    const auto difference =
        run < row.difference_percent.size() ? row.difference_percent[run] : std::nullopt;
    if (run == 0 || !difference || !std::isfinite(*difference)) return {};
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *difference,
                                   std::chars_format::fixed, 1);
    std::string out = (*difference > 0 ? "+" : "") + std::string(digits.data(), end.ptr) + " %";
    const auto verdict = run < row.verdict.size() ? row.verdict[run] : std::string();
    return verdict.empty() ? out : out + ", " + verdict;
}

}  // namespace wattline
