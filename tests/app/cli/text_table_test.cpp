// SPDX-License-Identifier: Apache-2.0
#include "app/cli/text_table.h"

#include <gtest/gtest.h>

namespace wattline::cli {
namespace {

constexpr auto kRight = TextTable::Align::Right;

TEST(TextTable, ColumnsAlignWhateverTheBytes) {
    TextTable table({{"NAME"}, {"ENERGY", kRight}});
    table.addRow({"2 \u00d7 32", "1.2 Wh"});
    table.addRow({"one", "12.4 Wh"});
    EXPECT_EQ(table.text(), "NAME     ENERGY\n"
                            "2 \u00d7 32   1.2 Wh\n"
                            "one     12.4 Wh\n");
}

TEST(TextTable, NoLineEndsInBlanks) {
    TextTable table({{"A"}, {"B"}});
    table.addRow({"x", ""});
    EXPECT_EQ(table.lines()[1], "x");
}

TEST(TextTable, MissingCellsAreEmptyAndEscapesAreHarmless) {
    TextTable table({{"A"}, {"B"}});
    table.addRow({"\x1b[31m"});
    EXPECT_EQ(table.lines()[1], "?[31m");
}

}  // namespace
}  // namespace wattline::cli
