// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/csv.h"

#include <charconv>
#include <clocale>
#include <gtest/gtest.h>
#include <limits>

namespace wattline {
namespace {

TEST(Csv, NumbersReadBackAsTheSameDouble) {
    for (const double value : {0.1, 1.0 / 3.0, 1e300, 5e-324, -0.0, 12345678901234567.0}) {
        const auto text = csvNumber(value);
        double back = 0.0;
        std::from_chars(text.data(), text.data() + text.size(), back);
        EXPECT_EQ(back, value) << text;
    }
    EXPECT_EQ(csvNumber(0.1), "0.1");
}

TEST(Csv, UnknownNumbersAreEmptyAndNeverZero) {
    EXPECT_EQ(csvNumber(std::numeric_limits<double>::quiet_NaN()), "");
    EXPECT_EQ(csvNumber(std::numeric_limits<double>::infinity()), "");
    EXPECT_EQ(csvNumber(std::optional<double>()), "");
    EXPECT_EQ(csvNumber(0.0), "0");
}

TEST(Csv, TextIsQuotedWhereRfc4180AsksForIt) {
    EXPECT_EQ(csvText("plain words"), "plain words");
    EXPECT_EQ(csvText("a,b"), "\"a,b\"");
    EXPECT_EQ(csvText("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csvText("two\nlines"), "\"two\nlines\"");
}

TEST(Csv, TextThatASpreadsheetWouldRunIsDefused) {
    EXPECT_EQ(csvText("=1+1"), "'=1+1");
    EXPECT_EQ(csvText("+1"), "'+1");
    EXPECT_EQ(csvText("-1"), "'-1");
    EXPECT_EQ(csvText("@SUM(A1)"), "'@SUM(A1)");
    EXPECT_EQ(csvText("\t=1"), "'\t=1");
    EXPECT_EQ(csvText("=A1,B1"), "\"'=A1,B1\"");
}

TEST(Csv, NegativeNumbersAreNumbers) {
    CsvWriter csv;
    csv.number(-1.5).integer(-2).endLine();
    EXPECT_EQ(csv.take(), "-1.5,-2\r\n");
}

TEST(Csv, AnEmptyFirstFieldKeepsItsPlace) {
    CsvWriter csv;
    csv.text("").number(std::optional<double>()).text("x").endLine();
    EXPECT_EQ(csv.take(), ",,x\r\n");
}

TEST(Csv, TheLocaleChangesNothing) {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    // Not every machine has a locale with a decimal comma; where one is, it must not matter.
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
        if (std::setlocale(LC_ALL, name) == nullptr) continue;
        EXPECT_EQ(csvNumber(1234.5), "1234.5") << name;
    }
    std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace wattline
