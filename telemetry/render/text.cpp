// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/text.h"

#include <algorithm>
#include <cstdint>

namespace wattline {
namespace {

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Bytes of the UTF-8 sequence at the start of `text`, 0 if it is none.
std::size_t sequenceLength(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return 1;
    std::size_t length = 0;
    std::uint32_t code = 0;
    if ((lead & 0xE0) == 0xC0) length = 2, code = lead & 0x1F;
    if ((lead & 0xF0) == 0xE0) length = 3, code = lead & 0x0F;
    if ((lead & 0xF8) == 0xF0) length = 4, code = lead & 0x07;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!isContinuation(text[i])) return 0;
        code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
    }
    const bool overlong = code < (length == 2 ? 0x80U : length == 3 ? 0x800U : 0x10000U);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

}  // namespace

std::string cleanText(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        const auto byte = static_cast<unsigned char>(text[0]);
        if (length == 0)
            clean += '?';
        else if (byte < 0x20 || byte == 0x7F)
            clean += ' ';
        else
            clean += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(1, length));
    }
    return clean;
}

std::string elided(const std::string& text, double width, const MeasureText& measure) {
    if (measure(text) <= width) return text;
    std::string cut = text;
    while (!cut.empty()) {
        while (!cut.empty() && isContinuation(cut.back()))
            cut.pop_back();
        if (!cut.empty()) cut.pop_back();
        if (measure(cut + "…") <= width) return cut + "…";
    }
    return "";
}

std::vector<std::string> wrapped(const std::string& text, double width, std::size_t max_lines,
                                 const MeasureText& measure) {
    std::vector<std::string> lines;
    std::string rest = text;
    while (!rest.empty() && lines.size() < max_lines) {
        std::size_t end = rest.size();
        while (end != 0 && end != std::string::npos && measure(rest.substr(0, end)) > width)
            end = rest.rfind(' ', end - 1);
        const bool last = lines.size() + 1 == max_lines;
        if (end == 0 || end == std::string::npos || (last && end < rest.size())) {
            lines.push_back(elided(rest, width, measure));
            break;
        }
        lines.push_back(rest.substr(0, end));
        rest.erase(0, std::min(rest.size(), end + 1));
    }
    return lines;
}

std::string xmlEscaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&apos;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

}  // namespace wattline
