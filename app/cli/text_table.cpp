// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text_table.h"

#include <algorithm>

#include "app/cli/console.h"

namespace wattline::cli {
namespace {

std::string padded(const std::string& cell, std::size_t width, TextTable::Align align) {
    const std::string blanks(width - std::min(width, shownWidth(cell)), ' ');
    return align == TextTable::Align::Left ? cell + blanks : blanks + cell;
}

std::string withoutTrailingBlanks(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : m_columns(std::move(columns)) {}

void TextTable::addRow(std::vector<std::string> cells) {
    cells.resize(m_columns.size());
    for (auto& cell : cells)
        cell = printable(cell);
    m_rows.push_back(std::move(cells));
}

std::vector<std::string> TextTable::lines() const {
    std::vector<std::vector<std::string>> all(1);
    for (const auto& column : m_columns)
        all.front().push_back(column.head);
    all.insert(all.end(), m_rows.begin(), m_rows.end());

    std::vector<std::size_t> widths(m_columns.size(), 0);
    for (const auto& row : all)
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], shownWidth(row[c]));

    std::vector<std::string> out;
    for (const auto& row : all) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c)
            line += (c == 0 ? "" : "  ") + padded(row[c], widths[c], m_columns[c].align);
        out.push_back(withoutTrailingBlanks(std::move(line)));
    }
    return out;
}

std::string TextTable::text() const {
    std::string out;
    for (const auto& line : lines())
        out += line + "\n";
    return out;
}

}  // namespace wattline::cli
