// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/run_export.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "telemetry/export/comparison_export.h"
#include "telemetry/export/series_units.h"
#include "telemetry/wire/messages.h"
#include "tests/telemetry/export/sample_runs.h"

namespace wattline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RunExport, SummariesAreThoseThatShowPrints) {
    const std::vector runs{test::measuredRun()};
    const auto document = nlohmann::json::parse(runsJson(runs).value());
    EXPECT_EQ(document["runs"][0]["summary"], nlohmann::json::parse(wire::toJson(runs[0].summary)));
}

TEST(RunExport, AMissingValueIsNullInJsonAndEmptyInCsv) {
    const std::vector runs{test::measuredRun()};
    const auto document = nlohmann::json::parse(runsJson(runs).value());
    EXPECT_TRUE(document["runs"][0]["series"]["loss"]["value"][1].is_null());
    EXPECT_THAT(stepsCsv(runs), Not(HasSubstr("nan")));
}

TEST(RunExport, EveryPowerSampleIsInJsonThoughItBelongsToNoStep) {
    const auto document = nlohmann::json::parse(runsJson(std::vector{test::measuredRun()}).value());
    const auto& power = document["runs"][0]["series"]["power_w"];
    EXPECT_EQ(power["value"].size(), 2U);
    EXPECT_EQ(power["value"][1].get<double>(), 1.0 / 3.0);
    EXPECT_EQ(power["gpu_hours"].size(), 2U);
}

TEST(RunExport, AValidationSharesTheLineOfItsStep) {
    const auto csv = stepsCsv(std::vector{test::measuredRun()});
    EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 3) << csv;
}

TEST(RunExport, OnCpuTheHoursAreCalledRankHours) {
    EXPECT_THAT(stepsCsv(std::vector{test::estimatedRun()}), HasSubstr("rank_hours"));
    EXPECT_THAT(stepsCsv(std::vector{test::measuredRun()}), HasSubstr("gpu_hours"));
}

TEST(RunExport, ADamagedSpecificationIsRefusedWithTheRunsName) {
    auto run = test::measuredRun();
    run.specification_json = "{";
    const auto json = runsJson(std::vector{run});
    ASSERT_FALSE(json);
    EXPECT_THAT(json.error().message, HasSubstr(run.summary.spec.id));
}

TEST(RunExport, NoRunsMakeAHeaderAndAnEmptyList) {
    EXPECT_THAT(stepsCsv({}), HasSubstr("run,device_kind"));
    EXPECT_EQ(nlohmann::json::parse(runsJson({}).value())["runs"].size(), 0U);
}

TEST(ComparisonExport, JsonHoldsSummariesRawValuesAndNotes) {
    const auto comparison = test::sampleComparison();
    const auto document = nlohmann::json::parse(comparisonJson(comparison));
    EXPECT_EQ(document["runs"][1], nlohmann::json::parse(wire::toJson(comparison.runs[1])));
    const auto& energy = document["rows"][0];
    EXPECT_EQ(energy["key"], "energy_j");
    EXPECT_EQ(energy["figures"][1]["value"], 4500.0) << "joules, not scaled to watt hours";
    EXPECT_EQ(energy["figures"][1]["verdict"], "higher");
    EXPECT_EQ(energy["figures"][1]["energy_method"],
              std::string(name(comparison.runs[1].energy_method)));
    EXPECT_EQ(document["rows"][1]["figures"][1]["energy_method"], "") << "no energy";
    EXPECT_TRUE(document["rows"][1]["figures"][1]["value"].is_null());
    EXPECT_EQ(document["notes"].size(), 1U);
}

TEST(SeriesUnits, ColumnsCarryTheirUnits) {
    EXPECT_EQ(seriesColumnName("step_time"), "step_time_s");
    EXPECT_EQ(seriesColumnName("power/GPU-1"), "power_w/GPU-1");
    EXPECT_EQ(seriesColumnName("loss"), "loss");
    EXPECT_EQ(axisColumnName(Axis::Kwh, "gpu"), "energy_kwh");
}

}  // namespace
}  // namespace wattline
