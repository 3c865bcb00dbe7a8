// SPDX-License-Identifier: Apache-2.0
#include "app/cli/wording.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "telemetry/analysis/energy_words.h"
#include "telemetry/analysis/plot.h"

namespace wattline::cli {
namespace {

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

std::string twoDigits(long long value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

}  // namespace

std::string fixed(double value, int digits) {
    if (!std::isfinite(value)) return kUnknown;
    std::array<char, 400> text{};  // the largest double has 309 digits before the point
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                   std::chars_format::fixed, digits);
    return {text.data(), end.ptr};
}

std::string fixed(std::optional<double> value, int digits) {
    return value ? fixed(*value, digits) : kUnknown;
}

std::string grouped(std::int64_t count) {
    auto text = std::to_string(count);
    const std::size_t first = count < 0 ? 1 : 0;
    for (auto at = text.size(); at > first + 3;)
        text.insert(at -= 3, ",");
    return text;
}

std::string counted(std::int64_t count, const std::string& thing) {
    return grouped(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string rateText(std::optional<double> samples_per_s) {
    return samples_per_s && std::isfinite(*samples_per_s) ? fixed(*samples_per_s, 1) + " samples/s"
                                                          : kUnknown;
}

std::string energyText(const RunSummary& run) {
    if (!run.energy_j) return kUnknown;
    const auto [unit, factor] = energyUnit(*run.energy_j);
    const auto method = methodWords(run);
    if (isMeasured(run.energy_method))
        return formatValue(*run.energy_j * factor, run.energy_u_j.value_or(kNotKnown) * factor,
                           unit) +
               " (" + method + ")";
    auto text = formatValue(*run.energy_j * factor, kNotKnown, unit) + " " + method;
    if (run.energy_low_j && run.energy_high_j)
        text +=
            " (" + formatRange(*run.energy_low_j * factor, *run.energy_high_j * factor, unit) + ")";
    return text;
}

std::string powerText(std::optional<double> watts, const RunSummary& run) {
    if (!watts) return kUnknown;
    const auto text = formatValue(*watts, kNotKnown, "W");
    return isMeasured(run.energy_method) ? text : text + " " + std::string(name(run.energy_method));
}

std::string hoursUnit(const RunSummary& run) {
    return run.device_kind == "cpu" ? "rank hours" : "GPU hours";
}

std::string hoursText(const RunSummary& run) {
    return formatValue(run.gpu_hours, kNotKnown, hoursUnit(run));
}

std::string slopeText(const RunSummary& run) {
    if (!run.slope_w) return kUnknown;
    const std::string per = run.device_kind == "cpu" ? " a rank" : " a GPU";
    if (isMeasured(run.energy_method))
        return formatValue(*run.slope_w, run.slope_u_w.value_or(kNotKnown), "W") + per;
    return powerText(run.slope_w, run) + per;  // the fit's own u would hide the estimate's range
}

std::string recordsText(const RunSummary& run) {
    return grouped(run.records_stored) + " of " + grouped(run.records_expected);
}

std::string errorShareText(std::optional<double> share) {
    return share && std::isfinite(*share) ? fixed(*share * 100.0, 2) + " %" : kUnknown;
}

std::string durationText(double seconds) {
    if (!std::isfinite(seconds)) return kUnknown;
    if (seconds < 60) return fixed(seconds, 1) + " s";
    const auto whole = std::llround(seconds);
    if (whole < 3600) return std::to_string(whole / 60) + " min " + twoDigits(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + twoDigits(whole % 3600 / 60) + " min";
}

}  // namespace wattline::cli
