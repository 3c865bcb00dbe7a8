// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/run_plots.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "tests/telemetry/analysis/sample_summary.h"

namespace wattline {
namespace {

using test::sampleSummary;
using testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Energy of 250 W a GPU over 0..1 GPU hours.
RunColumns energyRun(EnergyMethod method) {
    RunColumns run;
    run.summary = sampleSummary("a", method, 900e3, 45e3);
    for (int i = 0; i <= 20; ++i) {
        const double hours = 0.05 * i;
        run.columns.x.push_back(hours);
        run.columns.mean.push_back(250.0 * 3600.0 * hours);
    }
    run.columns.min = run.columns.max = run.columns.mean;
    return run;
}

PlotDescription energyPlot(const std::vector<RunColumns>& runs) {
    return describePlot(*findPlotKind("energy"), Axis::GpuHours, runs);
}

TEST(DescribePlot, EnergyOverGpuHoursHasTheSlopeInWattsWithItsUncertainty) {
    const auto plot = energyPlot({energyRun(EnergyMethod::Counter)});
    EXPECT_EQ(plot.title, "Energy over GPU hours");
    EXPECT_EQ(plot.x_label, "GPU hours");
    EXPECT_EQ(plot.y_label, "Wh");
    ASSERT_EQ(plot.series.size(), 1u);
    const auto& s = plot.series[0];
    EXPECT_EQ(s.note, "250 W ± 13");
    EXPECT_FALSE(s.estimated);
    EXPECT_TRUE(s.points);
    EXPECT_NEAR(s.y.back(), 250.0, 1e-9);
    EXPECT_NEAR(s.fit_y.back(), 250.0, 1e-9);
    EXPECT_NEAR(s.band_high.back(), 262.5, 1e-6);
    EXPECT_TRUE(s.y_min.empty()) << "columns of one point have no extremes";
    EXPECT_THAT(plot.footnote, HasSubstr("counter: test sensor"));
}

TEST(DescribePlot, EstimateSaysSoAndShowsItsRange) {
    auto run = energyRun(EnergyMethod::Estimated);
    run.summary.device_kind = "cpu";
    const auto plot = energyPlot({run});
    EXPECT_EQ(plot.title, "Energy over rank hours");
    EXPECT_THAT(plot.subtitle, HasSubstr("watts per rank"));
    EXPECT_TRUE(plot.series[0].estimated);
    EXPECT_THAT(plot.series[0].note, HasSubstr("estimated"));
    EXPECT_EQ(plot.series[0].note, "250 W (71–790) estimated");
    EXPECT_THAT(plot.footnote, HasSubstr("true value within ×0.3 to ×3"));
}

TEST(DescribePlot, RunsOnCpusAndGpusTogetherSayBoth) {
    auto cpu = energyRun(EnergyMethod::Estimated);
    cpu.summary.device_kind = "cpu";
    const auto plot = energyPlot({cpu, energyRun(EnergyMethod::Counter)});
    EXPECT_EQ(plot.x_label, "GPU hours or rank hours");
    EXPECT_THAT(plot.subtitle, HasSubstr("watts per GPU or rank"));
}

TEST(DescribePlot, ASimulatedRunLooksAndReadsLikeOneInEveryPlot) {
    auto run = energyRun(EnergyMethod::Simulated);
    run.summary.spec.simulated = true;
    for (const auto* kind : {"energy", "loss"}) {
        const auto plot = describePlot(*findPlotKind(kind), Axis::Step, {run});
        EXPECT_TRUE(plot.series[0].estimated) << kind;  // dashed
        EXPECT_TRUE(plot.series[0].simulated) << kind;
        EXPECT_THAT(plot.series[0].label, HasSubstr("(simulated)")) << kind;
    }
    EXPECT_THAT(energyPlot({run}).series[0].note, HasSubstr(" simulated"));
}

TEST(DescribePlot, LossOfAnEstimatedRunIsNotAnEstimate) {
    auto run = energyRun(EnergyMethod::Estimated);
    const auto plot = describePlot(*findPlotKind("loss"), Axis::Step, {run});
    EXPECT_FALSE(plot.series[0].estimated);
    EXPECT_TRUE(plot.series[0].fit_x.empty());
    EXPECT_EQ(plot.footnote, "");
}

TEST(DescribePlot, GapsStayGapsAndExtremesAreKept) {
    RunColumns run;
    run.summary = sampleSummary("a", EnergyMethod::Counter, 1.0, 0.1);
    run.columns.x = {1, 2, 3};
    run.columns.mean = {0.010, kNaN, 0.012};
    run.columns.min = {0.009, kNaN, 0.012};
    run.columns.max = {0.020, kNaN, 0.012};
    const auto plot = describePlot(*findPlotKind("step_time"), Axis::Step, {run});
    const auto& s = plot.series[0];
    EXPECT_TRUE(std::isnan(s.y[1]));
    EXPECT_DOUBLE_EQ(s.y_max[0], 20.0) << "in ms";
    EXPECT_EQ(plot.y_label, "ms");
}

TEST(DescribePlot, HoldIsAMarkWhereItLiesOnEachAxis) {
    auto run = energyRun(EnergyMethod::Counter);
    run.summary.wall_s = 1800.0;
    run.summary.gpu_hours = 1.0;
    run.summary.energy[0].held_j = 7200.0;
    run.summary.events = {{600.0, 40, "held", ""}, {1320.0, 40, "resumed", ""}};
    const auto plot = energyPlot({run});
    ASSERT_EQ(plot.marks.size(), 1u);
    EXPECT_NEAR(plot.marks[0].x, 1.0 / 3.0, 1e-9) << "held time is no GPU hour";
    EXPECT_EQ(plot.marks[0].x_end, plot.marks[0].x);
    EXPECT_EQ(plot.marks[0].text, "held 12 min · 2.0 Wh apart");
    const auto over_time = describePlot(*findPlotKind("power"), Axis::Time, {run});
    EXPECT_EQ(over_time.marks.at(0).x, 600.0);
    const auto over_steps = describePlot(*findPlotKind("loss"), Axis::Step, {run});
    EXPECT_EQ(over_steps.marks.at(0).x, 40.0);
    EXPECT_TRUE(describePlot(*findPlotKind("loss"), Axis::Epoch, {run}).marks.empty());
}

TEST(DescribePlot, OpenHoldAndSecondHoldArePlacedToo) {
    auto run = energyRun(EnergyMethod::Counter);
    run.summary.wall_s = 3600.0;
    run.summary.gpu_hours = 1.0;
    run.summary.events = {
        {900.0, 1, "held", ""}, {1800.0, 1, "resumed", ""}, {2700.0, 9, "held", ""}};
    const auto plot = energyPlot({run, run});
    ASSERT_EQ(plot.marks.size(), 4u);
    EXPECT_NEAR(plot.marks[1].x, 0.5, 1e-9);
    EXPECT_EQ(plot.marks[1].text, "run of a held");
}

TEST(DescribePlot, NoRunAndEmptyRunGiveAPlotWithoutPoints) {
    const auto none = energyPlot({});
    EXPECT_TRUE(none.series.empty());
    EXPECT_EQ(none.title, "Energy over GPU hours");
    EXPECT_EQ(none.footnote, "") << "no figure, so nothing to say about its interval";
    RunColumns empty;
    const auto plot = energyPlot({empty});
    ASSERT_EQ(plot.series.size(), 1u);
    EXPECT_EQ(plot.series[0].note, "");
}

TEST(PlotKinds, EverySeriesIsFoundAndStrangersAreNot) {
    for (const auto& kind : plotKinds())
        EXPECT_EQ(findPlotKind(kind.series), &kind);
    EXPECT_EQ(findPlotKind("power/GPU-1")->series, "power");
    EXPECT_EQ(findPlotKind("nonsense"), nullptr);
}

TEST(AxisLabel, CpuRunsCountRankHours) {
    EXPECT_EQ(axisLabel(Axis::GpuHours, "gpu"), "GPU hours");
    EXPECT_EQ(axisLabel(Axis::GpuHours, "cpu"), "rank hours");
    EXPECT_EQ(axisLabel(Axis::GpuHours, ""), "GPU hours or rank hours");
}

}  // namespace
}  // namespace wattline
