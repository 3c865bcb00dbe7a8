// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/csv.h"

#include <array>
#include <charconv>
#include <cmath>

namespace wattline {

std::string csvNumber(double value) {
    if (!std::isfinite(value)) return {};
    std::array<char, 32> digits{};  // the longest shortest double has 24 characters
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), end.ptr};
}

std::string csvNumber(std::optional<double> value) {
    return value ? csvNumber(*value) : std::string();
}

std::string csvText(std::string_view text) {
    constexpr std::string_view kFormulaStarts = "=+-@\t\r";
    std::string out;
    if (!text.empty() && kFormulaStarts.find(text.front()) != std::string_view::npos) out = "'";
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (const char c : out) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

CsvWriter& CsvWriter::text(std::string_view value) {
    field(csvText(value));
    return *this;
}

CsvWriter& CsvWriter::number(double value) {
    field(csvNumber(value));
    return *this;
}

CsvWriter& CsvWriter::number(std::optional<double> value) {
    field(csvNumber(value));
    return *this;
}

CsvWriter& CsvWriter::integer(long long value) {
    field(std::to_string(value));
    return *this;
}

void CsvWriter::endLine() {
    m_out += "\r\n";
    m_line_started = false;
}

void CsvWriter::field(std::string_view ready) {
    if (m_line_started) m_out += ',';
    m_out += ready;
    m_line_started = true;
}

}  // namespace wattline
