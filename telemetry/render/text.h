// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wattline {

/// Text that can be drawn: bytes that are not UTF-8 become "?", control characters spaces.
[[nodiscard]] std::string cleanText(std::string_view text);

using MeasureText = std::function<double(const std::string&)>;

/// Breaks at spaces so that lines are no wider than `width`, at most `max_lines`; what does not fit
/// any more ends with "…".
[[nodiscard]] std::vector<std::string> wrapped(const std::string& text, double width,
                                               std::size_t max_lines, const MeasureText& measure);
/// The longest beginning that fits, with "…" if anything was cut.
[[nodiscard]] std::string elided(const std::string& text, double width, const MeasureText& measure);

/// For XML: & < > " ' become entities.
[[nodiscard]] std::string xmlEscaped(std::string_view text);

}  // namespace wattline
