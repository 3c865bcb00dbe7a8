// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/factors_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "telemetry/wire/json_reader.h"

namespace wattline {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestIntensity = 5000.0;  // g/kWh; the dirtiest power plants stay under 2000

/// Discarded where it is no JSON, or nests deeper than any of ours.
Json parsed(std::string_view text) {
    return wire::nestsTooDeep(text) ? Json(Json::value_t::discarded)
                                    : Json::parse(text, nullptr, false);
}

std::optional<double> number(std::string_view text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Seconds since 1970 or "2026-11-21T10:00:00Z"; local times are nobody's here.
std::optional<double> unixSeconds(const std::string& text) {
    if (const auto seconds = number(text)) return seconds;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, read = 0;
    const int fields = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day,
                                   &hour, &minute, &second, &read);
    if (fields != 6 || static_cast<std::size_t>(read) != text.size()) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return 86400.0 * static_cast<double>(days) + 3600.0 * hour + 60.0 * minute + second;
}

std::vector<std::string> fieldsOf(std::string_view line) {
    std::vector<std::string> fields;
    for (;;) {
        const auto comma = line.find(',');
        auto field = line.substr(0, comma);
        while (!field.empty() && (field.front() == ' ' || field.front() == '"'))
            field.remove_prefix(1);
        while (!field.empty() &&
               (field.back() == ' ' || field.back() == '"' || field.back() == '\r'))
            field.remove_suffix(1);
        fields.emplace_back(field);
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
}

/// Adds one value; a sentence where it cannot be one.
Result<void> add(CarbonIntensity& course, const std::string& time, double value,
                 const std::string& where) {
    const auto at = unixSeconds(time);
    if (!at)
        return fail(ExitCode::Usage, where + ": '" + time +
                                         "' is no UTC time; write it as "
                                         "2026-11-21T10:00:00Z or as seconds since 1970");
    if (!(value >= 0.0 && value <= kLargestIntensity))
        return fail(ExitCode::Usage, where + ": g_per_kwh must be a number from 0 to 5000");
    if (!course.points.empty() && *at <= course.points.back().unix_s)
        return fail(ExitCode::Usage, where + ": times must ascend; sort the lines by time");
    course.points.push_back({*at, value});
    return {};
}

Result<CarbonIntensity> parseCsv(std::string_view text, const std::string& name) {
    CarbonIntensity course;
    std::size_t time = 0, value = 0, number_of_line = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto fields = fieldsOf(line);
        if (++number_of_line == 1) {
            const auto find = [&](const char* key) {
                return static_cast<std::size_t>(std::ranges::find(fields, key) - fields.begin());
            };
            time = find("time");
            value = find("g_per_kwh");
            if (time == fields.size() || value == fields.size())
                return fail(ExitCode::Usage,
                            name + ": the first line must name the columns time and g_per_kwh");
            continue;
        }
        if (fields.size() == 1 && fields[0].empty()) continue;
        const auto where = name + ", line " + std::to_string(number_of_line);
        if (fields.size() <= std::max(time, value))
            return fail(ExitCode::Usage, where + ": a column is missing");
        if (auto ok = add(course, fields[time], number(fields[value]).value_or(kNaN), where); !ok)
            return tl::unexpected(ok.error());
    }
    return course;
}

Result<CarbonIntensity> parseJson(std::string_view text, const std::string& name) {
    const auto document = parsed(text);
    if (!document.is_array())
        return fail(ExitCode::Usage, name + " is no JSON array of {\"time\", \"g_per_kwh\"}");
    CarbonIntensity course;
    for (const auto& item : document) {
        const auto where = name + ", entry " + std::to_string(course.points.size() + 1);
        const auto time = item.is_object() ? item.value("time", Json()) : Json();
        const auto value = item.is_object() ? item.value("g_per_kwh", Json()) : Json();
        const auto text_of_time = time.is_string() ? time.get<std::string>() : time.dump();
        const auto grams = value.is_number() ? value.get<double>() : kNaN;
        if (auto ok = add(course, text_of_time, grams, where); !ok)
            return tl::unexpected(ok.error());
    }
    return course;
}

Json figureJson(const std::optional<DerivedFigure>& figure) {
    if (!figure) return nullptr;
    return {{"value", figure->value}, {"low", figure->low}, {"high", figure->high}};
}

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json carbonJson(const std::optional<CarbonIntensity>& carbon) {
    if (!carbon) return nullptr;
    if (carbon->isConstant()) return carbon->points.front().g_per_kwh;
    Json points = Json::array();
    for (const auto& point : carbon->points)
        points.push_back({{"unix_s", point.unix_s}, {"g_per_kwh", point.g_per_kwh}});
    return points;
}

Json givenJson(const Factors& factors) {
    if (!factors.any()) return nullptr;
    return {{"origin", factors.origin},
            {"pue", orNull(factors.pue)},
            {"price_per_kwh", orNull(factors.price_per_kwh)},
            {"currency", factors.currency},
            {"carbon_g_per_kwh", carbonJson(factors.carbon)}};
}

}  // namespace

Result<CarbonIntensity> parseCarbonCourse(std::string_view text, const std::string& name) {
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool json = first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
    auto course = json ? parseJson(text, name) : parseCsv(text, name);
    if (course && course->points.size() < 2)
        return fail(ExitCode::Usage, name + " holds fewer than two intensities; give a constant as "
                                            "a number instead of a file");
    return course;
}

Result<FactorSettings> parseFactorSettings(std::string_view text, const std::string& name) {
    const auto document = parsed(text);
    if (!document.is_object()) return fail(ExitCode::Usage, name + " is no JSON object");
    FactorSettings out;
    for (const auto& [key, value] : document.items()) {
        const auto read = value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
        const auto word = value.is_string() ? value.get<std::string>() : std::string();
        if (key == "pue" && read)
            out.pue = read;
        else if (key == "price_per_kwh" && read)
            out.price_per_kwh = read;
        else if (key == "carbon_g_per_kwh" && read)
            out.carbon_g_per_kwh = read;
        else if (key == "currency" && !word.empty())
            out.currency = word;
        else if (key == "carbon_file" && !word.empty())
            out.carbon_file = word;
        else
            return fail(ExitCode::Usage,
                        name + ": '" + key +
                            "' is no factor or has no value of its kind; it may hold pue, "
                            "price_per_kwh, currency, carbon_g_per_kwh and carbon_file");
    }
    return out;
}

Result<void> checkFactors(const Factors& factors) {
    if (factors.pue && !(*factors.pue >= 1.0 && *factors.pue <= 10.0))
        return fail(ExitCode::Usage, "a PUE is the site's energy over its computers': a number "
                                     "from 1 to 10");
    if (factors.price_per_kwh && !(*factors.price_per_kwh >= 0.0))
        return fail(ExitCode::Usage, "a price per kWh must be a number of at least 0");
    if (factors.carbon)
        for (const auto& point : factors.carbon->points)
            if (!(point.g_per_kwh >= 0.0 && point.g_per_kwh <= kLargestIntensity))
                return fail(ExitCode::Usage, "a carbon intensity is a number from 0 to 5000 g/kWh");
    return {};
}

std::string factorsJson(const Factors& factors) {
    return givenJson(factors).dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string factorsJson(const Factors& factors, const DerivedFigures& derived) {
    auto out = givenJson(factors);
    if (out.is_object()) {
        out["site_j"] = figureJson(derived.site_j);
        out["cost"] = figureJson(derived.cost);
        out["carbon_g"] = figureJson(derived.carbon_g);
        out["notes"] = derived.notes;
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace wattline
