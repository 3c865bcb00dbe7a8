// SPDX-License-Identifier: Apache-2.0
#include "app/cli/wording.h"

#include <gmock/gmock.h>
#include <limits>

#include "app/cli/live_text.h"
#include "app/cli/run_report.h"

namespace wattline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

RunSummary measured() {
    RunSummary run;
    run.spec.id = "20261121-104512-7f3a";
    run.device_kind = "gpu";
    run.energy_method = EnergyMethod::Counter;
    run.energy_j = 7200.0;
    run.energy_u_j = 360.0;
    run.power_w = 300.0;
    run.gpu_hours = 1.5;
    return run;
}

RunSummary estimated() {
    auto run = measured();
    run.device_kind = "cpu";
    run.energy_method = EnergyMethod::Estimated;
    run.energy_low_j = 3600.0;
    run.energy_high_j = 10800.0;
    return run;
}

TEST(Wording, MeasuredEnergyCarriesUnitUncertaintyAndMethod) {
    const auto text = energyText(measured());
    EXPECT_THAT(text, HasSubstr("Wh"));
    EXPECT_THAT(text, HasSubstr("\u00b1"));
    EXPECT_THAT(text, HasSubstr("counter"));
}

TEST(Wording, AnEstimateSaysSoAndGivesItsRange) {
    const auto text = energyText(estimated());
    EXPECT_THAT(text, HasSubstr("estimated"));
    EXPECT_THAT(text, HasSubstr("1.0\u20133.0"));
    EXPECT_THAT(powerText(300.0, estimated()), HasSubstr("estimated"));
    EXPECT_THAT(powerText(300.0, measured()), Not(HasSubstr("estimated")));
}

TEST(Wording, HoursOnCpuAreRankHours) {
    EXPECT_THAT(hoursText(estimated()), HasSubstr("rank hours"));
    EXPECT_THAT(hoursText(measured()), HasSubstr("GPU hours"));
}

TEST(Wording, WhatIsUnknownIsADashAndNeverZero) {
    const RunSummary run;
    EXPECT_EQ(energyText(run), kUnknown);
    EXPECT_EQ(powerText(run.power_w, run), kUnknown);
    EXPECT_EQ(slopeText(run), kUnknown);
    EXPECT_EQ(errorShareText(std::nullopt), kUnknown);
    EXPECT_EQ(fixed(std::numeric_limits<double>::quiet_NaN(), 2), kUnknown);
}

TEST(Wording, CountsAreGroupedAndDurationsReadable) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(-1234567), "-1,234,567");
    EXPECT_EQ(durationText(12.34), "12.3 s");
    EXPECT_EQ(durationText(62), "1 min 02 s");
    EXPECT_EQ(durationText(3720), "1 h 02 min");
}

TEST(LiveText, ANarrowTerminalGetsAColumnARun) {
    const std::vector runs{estimated(), estimated()};
    EXPECT_EQ(statusTable(runs, 1000).size(), 3U) << "head and a line a run";
    EXPECT_GT(statusTable(runs, 80).size(), 10U) << "a line a quantity";
}

TEST(Wording, OneIsNoPluralAndAnUnknownRateHasNoUnit) {
    EXPECT_EQ(counted(1, "step"), "1 step");
    EXPECT_EQ(counted(12345, "step"), "12,345 steps");
    EXPECT_EQ(rateText(12.5), "12.5 samples/s");
    EXPECT_EQ(rateText(std::nullopt), kUnknown);
}

TEST(RunReport, AReasonIsShownWhereThereIsOne) {
    auto run = measured();
    EXPECT_THAT(runReport(run), Not(HasSubstr("Reason")));
    run.state = RunState::Failed;
    run.state_reason = "rank 1 on n1 was killed";
    EXPECT_THAT(runReport(run), HasSubstr("Reason           rank 1 on n1 was killed"));
}

}  // namespace
}  // namespace wattline::cli
