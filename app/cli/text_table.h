// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace wattline::cli {

/// A table for people: columns as wide as their widest cell, two blanks between, numbers to the
/// right. Cells are made printable.
class TextTable {
public:
    enum class Align { Left, Right };
    struct Column {
        std::string head;
        Align align = Align::Left;
    };

    explicit TextTable(std::vector<Column> columns);
    void addRow(std::vector<std::string> cells);  ///< as many as there are columns
    [[nodiscard]] std::vector<std::string> lines() const;
    [[nodiscard]] std::string text() const;  ///< lines(), each ended

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

}  // namespace wattline::cli
