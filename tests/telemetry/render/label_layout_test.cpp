// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/label_layout.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "telemetry/render/text.h"

namespace wattline {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(SpreadLabels, LabelsWithRoomStayWhereTheyWantToBe) {
    EXPECT_THAT(spreadLabels({200.0, 50.0}, 20.0, 0.0, 300.0), ElementsAre(200.0, 50.0));
    EXPECT_TRUE(spreadLabels({}, 20.0, 0.0, 300.0).empty());
}

TEST(SpreadLabels, LabelsAtOnePlaceMoveApartEvenly) {
    EXPECT_THAT(spreadLabels({100.0, 100.0, 100.0}, 20.0, 0.0, 300.0),
                ElementsAre(80.0, 100.0, 120.0));
    EXPECT_THAT(spreadLabels({100.0, 110.0}, 20.0, 0.0, 300.0), ElementsAre(95.0, 115.0));
}

TEST(SpreadLabels, LabelsStayInside) {
    EXPECT_THAT(spreadLabels({0.0, 0.0}, 20.0, 0.0, 300.0), ElementsAre(10.0, 30.0));
    EXPECT_THAT(spreadLabels({300.0, 300.0}, 20.0, 0.0, 300.0), ElementsAre(270.0, 290.0));
}

TEST(SpreadLabels, NeverOverlapAndKeepTheirOrder) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> place(0.0, 400.0);
    for (int trial = 0; trial < 200; ++trial) {
        std::vector<double> wanted(1 + trial % 18);
        for (auto& w : wanted)
            w = place(random);
        std::ranges::sort(wanted);
        const auto centres = spreadLabels(wanted, 20.0, 0.0, 400.0);
        EXPECT_GE(centres.front(), 10.0 - 1e-9);
        EXPECT_LE(centres.back(), 390.0 + 1e-9);
        for (std::size_t i = 1; i < centres.size(); ++i)
            EXPECT_GE(centres[i] - centres[i - 1], 20.0 - 1e-9);
    }
}

TEST(SpreadLabels, TooManyLabelsShareTheSpace) {
    const auto centres = spreadLabels(std::vector<double>(10, 50.0), 20.0, 0.0, 100.0);
    EXPECT_THAT(centres.front(), DoubleNear(5.0, 1e-9));
    EXPECT_THAT(centres.back(), DoubleNear(95.0, 1e-9));
}

double letters(const std::string& text) {
    return static_cast<double>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(Wrapped, BreaksAtSpacesAndEndsWithAnEllipsisWhenThereIsMore) {
    EXPECT_THAT(wrapped("one two three", 7.0, 3, letters), ElementsAre("one two", "three"));
    EXPECT_THAT(wrapped("one two three", 7.0, 1, letters), ElementsAre("one tw…"));
    EXPECT_THAT(wrapped("incomprehensible", 7.0, 3, letters), ElementsAre("incomp…"));
    EXPECT_TRUE(wrapped("", 7.0, 3, letters).empty());
}

TEST(Elided, CutsWholeLettersOnly) {
    EXPECT_EQ(elided("10 × 20 ± 3", 5.0, letters), "10 ×…");
    EXPECT_EQ(elided("short", 5.0, letters), "short");
    EXPECT_EQ(elided("anything", 0.0, letters), "");
}

TEST(CleanText, LeavesUtf8AloneAndReplacesTheRest) {
    EXPECT_EQ(cleanText("±×·–… ü 漢 😀"), "±×·–… ü 漢 😀");
    EXPECT_EQ(cleanText("a\nb\tc\x7F"), "a b c ");
    EXPECT_EQ(cleanText("\xFF"), "?");
    EXPECT_EQ(cleanText("\xC0\xAF"), "??") << "overlong";
    EXPECT_EQ(cleanText("\xED\xA0\x80"), "???") << "a surrogate";
    EXPECT_EQ(cleanText("\xE2\x82"), "??") << "cut off";
}

TEST(XmlEscaped, LeavesNoMarkup) {
    EXPECT_EQ(xmlEscaped("<a & 'b' \"c\">"), "&lt;a &amp; &apos;b&apos; &quot;c&quot;&gt;");
}

}  // namespace
}  // namespace wattline
