// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wattline {

/// A number as the shortest text that reads back as the same double, whatever the locale. Empty
/// for NaN, infinities and nullopt: a missing figure is an empty field, never 0.
[[nodiscard]] std::string csvNumber(double value);
[[nodiscard]] std::string csvNumber(std::optional<double> value);

/// Text as a field of RFC 4180: quoted when it must be. Text that a spreadsheet would run as a
/// formula (it starts with = + - @, a tab or a carriage return) gets a leading apostrophe, so that
/// a run's name cannot execute anything; readers that need the exact text take the JSON export.
[[nodiscard]] std::string csvText(std::string_view text);

/// Builds CSV line by line: comma, CRLF as RFC 4180 has it, no comments, no byte order mark.
class CsvWriter {
public:
    CsvWriter& text(std::string_view value);
    CsvWriter& number(double value);
    CsvWriter& number(std::optional<double> value);
    CsvWriter& integer(long long value);
    void endLine();
    [[nodiscard]] std::string take() { return std::move(m_out); }

private:
    void field(std::string_view ready);
    std::string m_out;
    bool m_line_started = false;
};

}  // namespace wattline
