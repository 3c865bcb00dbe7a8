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

EnergyEntry boardOf(const std::string& boot, double j) {
    EnergyEntry e;
    e.device.label = "NVIDIA H100";
    e.device.id = "GPU-" + boot;
    e.device.scope = "board";
    e.device.sensor = "NVML energy counter";
    e.device.method = EnergyMethod::Counter;
    e.device.boot_id = boot;
    e.j = j;
    e.u_j = 100.0;
    e.low_j = j - 100.0;
    e.high_j = j + 100.0;
    e.counter_j = j;
    e.integrated_j = j + 40.0;
    return e;
}

TEST(RunReport, EachJouleHasItsMethodScopeAndUncertainty) {
    auto run = measured();
    run.hosts = 3;
    run.energy = {boardOf("a", 3600.0), boardOf("b", 3600.0)};
    run.energy[1].flags = {{"aliasing", "samples march in step"}};
    const auto text = runReport(run);
    EXPECT_THAT(text, HasSubstr("2.0 Wh \u00b1 0.1 (counter, 2 of 3 hosts)"));
    EXPECT_THAT(text, HasSubstr("Covers           board"));
    EXPECT_THAT(text, HasSubstr("counter, NVML energy counter"));
    EXPECT_THAT(text, HasSubstr("3600 J \u00b1 100"));
    EXPECT_THAT(text, HasSubstr("RESIDUAL"));
    EXPECT_THAT(text, HasSubstr("-40.0 J"));
    EXPECT_THAT(text, HasSubstr("Note: NVIDIA H100: samples march in step."));
}

TEST(RunReport, PhasesSayHowTheirJoulesWereAttributed) {
    auto run = measured();
    run.phases = {{"compute", 10.0, 3000.0, 200.0, false},
                  {"communication_wait", 2.0, 500.0, 60.0, true}};
    run.wasted = {12, 0.25, 400.0, 30.0};
    const auto text = runReport(run);
    EXPECT_THAT(text, HasSubstr("by sampled power"));
    EXPECT_THAT(text, HasSubstr("communication wait"));
    EXPECT_THAT(text, HasSubstr("by time: shorter than ten readings"));
    EXPECT_THAT(text, HasSubstr("12 steps done again: 0.250 GPU hours, 400 J \u00b1 30 (counter)"));
}

TEST(RunReport, ARunWithoutAnySensorSaysSoAndKeepsItsHours) {
    auto run = measured();
    run.energy_method = EnergyMethod::None;
    run.energy_j.reset();
    run.energy_u_j.reset();
    run.wall_s = 5400.0;
    const auto text = runReport(run);
    EXPECT_THAT(text, HasSubstr("1.50 GPU hours"));
    EXPECT_THAT(text, HasSubstr("No sensor could be read"));
}

TEST(RunReport, FactorsAreLinesOfTheirOwn) {
    const auto run = measured();
    Factors factors;
    factors.pue = 1.5;
    factors.price_per_kwh = 0.4;
    factors.currency = "EUR";
    factors.origin = "--pue; --price";
    const auto text = runReport(run, factors, derive(run, factors, {}));
    EXPECT_THAT(text, HasSubstr("2.0 Wh \u00b1 0.1 (counter)")) << "the measured joules stay";
    EXPECT_THAT(text, HasSubstr("PUE 1.50, 0.400 EUR/kWh (from --pue; --price)"));
    EXPECT_THAT(text, HasSubstr("Site energy      3.00 Wh"));
    EXPECT_THAT(text, HasSubstr("Cost             0.00120 EUR"));
    EXPECT_THAT(runReport(run), Not(HasSubstr("Factors")));
    EXPECT_THAT(text, Not(HasSubstr("estimated")));
    EXPECT_THAT(runReport(estimated(), factors, derive(estimated(), factors, {})),
                HasSubstr("Site energy      3.00 Wh estimated (1.5"));
}

TEST(RunReport, AMeasuredCommandShowsItsEnergyOnce) {
    auto run = measured();
    run.spec.command = "sleep 6";
    const auto text = runReport(run);
    const auto first = text.find("\nEnergy  ");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(text.find("\nEnergy  ", first + 1), std::string::npos);
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
