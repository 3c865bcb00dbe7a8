// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/run_id.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace wattline {

bool isRunId(std::string_view text) noexcept {
    if (text.empty() || text.size() > kMaxRunIdBytes || text.front() == '.') return false;
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

RunId makeRunId(const Clock& clock, std::uint32_t entropy) {
    const std::time_t seconds = clock.realtimeNs() / 1'000'000'000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    const auto n = std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &utc);
    std::snprintf(text.data() + n, text.size() - n, "-%04x", entropy & 0xffffU);
    return text.data();
}

}  // namespace wattline
