// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/journal_name.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace wattline::wire {
namespace {

/// Takes `prefix` and a number off the front of `text`.
bool take(std::string_view& text, std::string_view prefix, std::uint32_t& number) noexcept {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

}  // namespace

std::string format(const JournalName& name) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "a%04u-r%05u-%04u.wlj%s", name.attempt, name.rank,
                  name.part, name.compressed ? ".zst" : "");
    return text.data();
}

std::string tallyName(std::uint32_t attempt, std::uint32_t rank) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "a%04u-r%05u.tally", attempt, rank);
    return text.data();
}

std::optional<JournalName> parseJournalName(std::string_view file) {
    JournalName name;
    auto rest = file;
    if (!take(rest, "a", name.attempt) || !take(rest, "-r", name.rank) ||
        !take(rest, "-", name.part) || (rest != ".wlj" && rest != ".wlj.zst"))
        return std::nullopt;
    name.compressed = rest == ".wlj.zst";
    if (format(name) != file) return std::nullopt;  // padding: one name, one file
    return name;
}

}  // namespace wattline::wire
