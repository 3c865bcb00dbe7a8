// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/svg_text.h"

#include <cctype>
#include <map>
#include <string_view>

#include "telemetry/render/text.h"

namespace wattline {

std::string withStableIds(const std::string& svg) {
    constexpr std::string_view kPrefix = "surface";
    std::map<std::string, std::size_t> numbers;
    std::string out;
    std::size_t done = 0;
    for (auto at = svg.find(kPrefix); at != std::string::npos; at = svg.find(kPrefix, done)) {
        std::size_t end = at + kPrefix.size();
        while (end < svg.size() && std::isdigit(static_cast<unsigned char>(svg[end])) != 0)
            ++end;
        out += svg.substr(done, at + kPrefix.size() - done);
        const auto number = svg.substr(at + kPrefix.size(), end - at - kPrefix.size());
        if (!number.empty())
            out += std::to_string(numbers.try_emplace(number, numbers.size() + 1).first->second);
        done = end;
    }
    return out + svg.substr(done);
}

std::string withDescription(const std::string& svg, const PlotDescription& plot) {
    const auto root = svg.find("<svg");
    const auto end = root == std::string::npos ? root : svg.find('>', root);
    if (end == std::string::npos) return svg;
    std::string words = plot.subtitle + "; " + plot.y_label + " over " + plot.x_label;
    for (const auto& series : plot.series)
        words += "; " + series.label + (series.note.empty() ? "" : ": " + series.note);
    for (const auto& mark : plot.marks)
        words += "; " + mark.text;
    if (!plot.footnote.empty()) words += "; " + plot.footnote;
    return svg.substr(0, end + 1) + "\n<title>" + xmlEscaped(plot.title) + "</title>\n<desc>" +
           xmlEscaped(words) + "</desc>" + svg.substr(end + 1);
}

}  // namespace wattline
