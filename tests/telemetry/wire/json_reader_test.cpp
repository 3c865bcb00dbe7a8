// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wattline::wire {
namespace {

using testing::HasSubstr;

JsonReader reader(std::string_view text) {
    return *JsonReader::parse(text, "a note");
}

TEST(JsonReader, RefusesWhatIsNoObjectWithASentence) {
    EXPECT_THAT(JsonReader::parse("{\"a\": 1", "a note").error().message,
                HasSubstr("a note is not valid JSON"));
    EXPECT_THAT(JsonReader::parse("[1]", "a note").error().message, HasSubstr("not an object"));
    EXPECT_FALSE(JsonReader::parse("", "a note"));
    EXPECT_FALSE(JsonReader::parse("\xff\xfe", "a note"));
    EXPECT_FALSE(JsonReader::parse(R"({"a": 1e999})", "a note"));
    EXPECT_FALSE(JsonReader::parse(std::string(200'000, '['), "a note"));
}

TEST(JsonReader, RefusesNestingThatWouldUseUpTheStack) {
    const auto nested = [](std::size_t depth) {
        return R"({"a": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
    };
    EXPECT_TRUE(JsonReader::parse(nested(63), "a note"));
    EXPECT_THAT(JsonReader::parse(nested(64), "a note").error().message, HasSubstr("nested"));
    const std::string brackets = R"({"a": "\\\"[[)" + std::string(100, '[') + R"("})";
    EXPECT_TRUE(JsonReader::parse(brackets, "a note")) << "brackets in a text nest nothing";
}

TEST(JsonReader, NumbersOutOfTheTypesRangeAreRefused) {
    auto in = reader(R"({"small": -1, "huge": 18446744073709551615, "half": 1.5})");
    std::uint64_t huge = 0;
    in.required("huge", huge);
    EXPECT_EQ(huge, 18446744073709551615U);
    EXPECT_TRUE(in.status());
    std::uint32_t number = 7;
    for (const char* key : {"small", "huge", "half"}) {
        auto each = in;
        each.required(key, number);
        EXPECT_THAT(each.status().error().message, HasSubstr(key));
    }
    EXPECT_EQ(number, 7U);
}

TEST(JsonReader, AbsentAndNullLeaveTheValueAndMissingIsAnError) {
    auto in = reader(R"({"nothing": null, "text": "a"})");
    std::optional<double> value;
    double other = 3.0;
    in.optional("nothing", value);
    in.optional("absent", other);
    EXPECT_FALSE(value);
    EXPECT_EQ(other, 3.0);
    EXPECT_TRUE(in.status());
    in.required("nothing", other);
    EXPECT_THAT(in.status().error().message, HasSubstr("\"nothing\" is missing"));
}

TEST(JsonReader, TheFirstErrorIsTheOneThatIsTold) {
    auto in = reader(R"({"text": 5, "flag": "yes"})");
    std::string text;
    bool flag = false;
    in.optional("text", text);
    in.optional("flag", flag);
    EXPECT_THAT(in.status().error().message, HasSubstr("\"text\" must be a text"));
}

TEST(JsonReader, InnerObjectsOutliveTheReaderTheyCameFrom) {
    std::vector<JsonReader> items;
    {
        auto in = reader(R"({"items": [{"n": 1}, {"n": 2}]})");
        items = in.objects("items");
    }
    ASSERT_EQ(items.size(), 2U);
    int n = 0;
    items[1].required("n", n);
    EXPECT_EQ(n, 2);
    auto bad = reader(R"({"items": [1]})");
    EXPECT_TRUE(bad.objects("items").empty());
    EXPECT_FALSE(bad.status());
}

}  // namespace
}  // namespace wattline::wire
