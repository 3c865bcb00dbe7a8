// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace wattline {

/// First line of a small file of /sys or /proc, without the line's end; empty if unreadable.
[[nodiscard]] std::optional<std::string> firstLine(const std::filesystem::path& file);

/// The non-negative whole number that a file of /sys holds; empty if unreadable or something else.
[[nodiscard]] std::optional<double> numberIn(const std::filesystem::path& file);

}  // namespace wattline
