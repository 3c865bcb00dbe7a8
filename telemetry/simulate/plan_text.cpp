// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/plan_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace wattline::simulate {
namespace {

/// The whole of `text` as a number; empty when it is none.
template <typename T> std::optional<T> numberOf(std::string_view text) {
    T value{};
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
}

/// Before and behind the first `mark`; the second is empty when there is none.
std::pair<std::string_view, std::optional<std::string_view>> split(std::string_view text,
                                                                   char mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return {text, std::nullopt};
    return {text.substr(0, at), text.substr(at + 1)};
}

tl::unexpected<Error> refuse(const std::string& option, const std::string& text,
                             const std::string& form) {
    return fail(ExitCode::Usage, option + " cannot be '" + text + "'; write " + form);
}

std::optional<double> secondsOf(std::string_view text) {
    constexpr std::array units{
        std::pair{std::string_view{"ms"}, 1e-3}, std::pair{std::string_view{"s"}, 1.0},
        std::pair{std::string_view{"m"}, 60.0}, std::pair{std::string_view{"h"}, 3600.0}};
    double factor = 1.0;
    for (const auto& [unit, seconds] : units) {
        if (!text.ends_with(unit)) continue;
        text.remove_suffix(unit.size());
        factor = seconds;
        break;
    }
    const auto value = numberOf<double>(text);
    if (!value || !std::isfinite(*value) || *value < 0.0) return std::nullopt;
    return *value * factor;
}

}  // namespace

Result<double> parseSeconds(const std::string& text) {
    if (const auto value = secondsOf(text)) return *value;
    return fail(ExitCode::Usage, "'" + text + "' is no time; write 90s, 1.5m, 2h or 250ms");
}

Result<Straggler> parseStraggler(const std::string& text) {
    const auto [rank, factor] = split(text, ':');
    const auto who = numberOf<std::uint32_t>(rank);
    const auto slower = factor ? numberOf<double>(*factor) : std::nullopt;
    if (!who || !slower) return refuse("--straggler", text, "RANK:FACTOR, as in 17:1.5");
    return Straggler{*who, *slower};
}

Result<Death> parseDeath(const std::string& text, bool whole_node) {
    const auto [index, time] = split(text, '@');
    const auto who = numberOf<std::uint32_t>(index);
    const auto at = time ? secondsOf(*time) : std::nullopt;
    if (!who || !at)
        return refuse(whole_node ? "--kill-node" : "--kill-rank", text,
                      whole_node ? "NODE@TIME, as in 1@30s" : "RANK@TIME, as in 3@20s");
    return Death{whole_node, *who, *at};
}

Result<SensorFault> parseSensorFault(const std::string& text) {
    const auto [rank, times] = split(text, '@');
    const auto who = numberOf<std::uint32_t>(rank);
    const auto [from, length] = split(times.value_or(""), '+');
    const auto at = secondsOf(from);
    const auto lasts = length ? secondsOf(*length) : std::optional(0.0);
    if (!who || !at || !lasts)
        return refuse("--sensor-fault", text,
                      "RANK@TIME+TIME, as in 5@10s+3s, where reads fail, or RANK@TIME, where the "
                      "counter starts again at 0");
    return SensorFault{*who, *at, *lasts, !length.has_value()};
}

}  // namespace wattline::simulate
