// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/visible_devices.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace wattline {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<std::size_t> byPrefix(const std::vector<std::string>& uuids, std::string_view text) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < uuids.size(); ++i) {
        if (!uuids[i].starts_with(text)) continue;
        if (found) return std::nullopt;  // not unique
        found = i;
    }
    return found;
}

std::optional<std::size_t> deviceOf(const std::vector<std::string>& uuids, std::string_view entry,
                                    const BoardOfMig& board_of_mig) {
    if (entry.starts_with("MIG-")) {
        const auto board = board_of_mig ? board_of_mig(std::string(entry)) : std::nullopt;
        return board ? byPrefix(uuids, *board) : std::nullopt;
    }
    if (entry.starts_with("GPU-")) return byPrefix(uuids, entry);
    std::size_t index = 0;
    const auto* end = entry.data() + entry.size();
    const auto [rest, error] = std::from_chars(entry.data(), end, index);
    if (error != std::errc() || rest != end || index >= uuids.size()) return std::nullopt;
    return index;
}

}  // namespace

std::vector<std::size_t> visibleDevices(const std::vector<std::string>& uuids,
                                        std::optional<std::string_view> visible,
                                        const BoardOfMig& board_of_mig) {
    std::vector<std::size_t> chosen;
    if (!visible) {
        chosen.resize(uuids.size());
        std::iota(chosen.begin(), chosen.end(), std::size_t{0});
        return chosen;
    }
    std::string_view rest = *visible;
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto device = deviceOf(uuids, trimmed(rest.substr(0, comma)), board_of_mig);
        if (!device) break;
        if (std::ranges::find(chosen, *device) == chosen.end()) chosen.push_back(*device);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return chosen;
}

}  // namespace wattline
