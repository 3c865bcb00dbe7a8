// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/number_file.h"

#include <charconv>
#include <cstdint>
#include <fstream>

namespace wattline {

std::optional<std::string> firstLine(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    return line;
}

std::optional<double> numberIn(const std::filesystem::path& file) {
    const auto line = firstLine(file);
    if (!line) return std::nullopt;
    std::uint64_t value = 0;
    const auto* end = line->data() + line->size();
    const auto [rest, error] = std::from_chars(line->data(), end, value);
    if (error != std::errc() || rest != end) return std::nullopt;
    return static_cast<double>(value);
}

}  // namespace wattline
