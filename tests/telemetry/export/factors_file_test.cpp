// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/factors_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wattline {
namespace {

using testing::HasSubstr;

std::string refusal(std::string_view text) {
    const auto course = parseCarbonCourse(text, "grid.csv");
    EXPECT_FALSE(course) << text;
    return course ? "" : course.error().message;
}

TEST(FactorsFile, ReadsACourseFromCsvAndJsonAlike) {
    const auto csv = parseCarbonCourse("zone,time,g_per_kwh\r\nDE,2026-11-21T10:00:00Z,380.5\r\n"
                                       "DE,2026-11-21T11:00:00Z,410\r\n",
                                       "grid.csv");
    ASSERT_TRUE(csv) << csv.error().message;
    const auto json = parseCarbonCourse(
        R"([{"time": 1795255200, "g_per_kwh": 380.5}, {"time": "2026-11-21T11:00:00Z", "g_per_kwh": 410}])",
        "grid.json");
    ASSERT_TRUE(json) << json.error().message;
    ASSERT_EQ(csv->points.size(), 2U);
    EXPECT_EQ(csv->points[0].unix_s, 1795255200.0);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(csv->points[i].unix_s, json->points[i].unix_s);
        EXPECT_EQ(csv->points[i].g_per_kwh, json->points[i].g_per_kwh);
    }
}

TEST(FactorsFile, RefusesWhatItCannotReadWithTheLine) {
    EXPECT_THAT(refusal("when,grams\n"), HasSubstr("columns time and g_per_kwh"));
    EXPECT_THAT(refusal("time,g_per_kwh\n2026-11-21 10:00,1\n"), HasSubstr("line 2"));
    EXPECT_THAT(refusal("time,g_per_kwh\n2026-13-21T10:00:00Z,1\n"), HasSubstr("no UTC time"));
    EXPECT_THAT(refusal("time,g_per_kwh\n5,1\n4,1\n"), HasSubstr("must ascend"));
    EXPECT_THAT(refusal("time,g_per_kwh\n5,-1\n"), HasSubstr("0 to 5000"));
    EXPECT_THAT(refusal("time,g_per_kwh\n5,1\n"), HasSubstr("fewer than two"));
    EXPECT_THAT(refusal(""), HasSubstr("fewer than two"));
    EXPECT_THAT(refusal("[[1]]"), HasSubstr("entry 1"));
    EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("no JSON array"));
}

TEST(FactorsFile, SettingsRefuseAMisspelledFactor) {
    const auto settings = parseFactorSettings(
        R"({"pue": 1.3, "price_per_kwh": 0.31, "currency": "EUR", "carbon_file": "grid.csv"})",
        "factors.json");
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->pue, 1.3);
    EXPECT_EQ(settings->carbon_file, "grid.csv");
    const auto wrong = parseFactorSettings(R"({"PUE": 1.3})", "factors.json");
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message, HasSubstr("'PUE' is no factor"));
}

TEST(FactorsFile, ImpossibleFactorsAreRefused) {
    Factors factors;
    factors.pue = 0.9;
    EXPECT_FALSE(checkFactors(factors));
    factors.pue = 1.0;
    EXPECT_TRUE(checkFactors(factors));
    factors.price_per_kwh = -1.0;
    EXPECT_FALSE(checkFactors(factors));
}

TEST(FactorsFile, ExportKeepsTheFactorsAndWhereTheyAreFrom) {
    EXPECT_EQ(factorsJson(Factors{}), "null");
    Factors factors;
    factors.pue = 1.3;
    factors.origin = "--pue";
    const auto text = factorsJson(factors);
    EXPECT_THAT(text, HasSubstr("\"pue\": 1.3"));
    EXPECT_THAT(text, HasSubstr("\"origin\": \"--pue\""));
    EXPECT_THAT(text, HasSubstr("\"price_per_kwh\": null"));
}

}  // namespace
}  // namespace wattline
