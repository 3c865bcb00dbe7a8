// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/run_history.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

using test::FakeRun;
using test::send;
using testing::HasSubstr;

const auto kSensor = test::sensor("GPU-1", EnergyMethod::Integrated, 0.1);

SeriesColumns query(RunHistory& history, const std::string& series, Axis axis = Axis::Step) {
    SeriesQuery query;
    query.series = series;
    query.axis = axis;
    auto columns = history.query(query);
    EXPECT_TRUE(columns) << columns.error().message;
    return columns.value_or(SeriesColumns{});
}

TEST(RunHistory, CountsADeviceThatFourRanksSeeOnce) {
    FakeRun run(4, {kSensor});
    for (int i = 0; i <= 100; ++i)
        for (std::size_t rank = 0; rank < 4; ++rank)
            run.rank(rank).power(0.1 * i, 100.0);
    run.ended(10.0);
    const auto history = run.open();
    const auto& summary = history->summary();
    ASSERT_TRUE(summary.energy_j);
    EXPECT_NEAR(*summary.energy_j, 1000.0, 1e-6);
    EXPECT_NEAR(*summary.mean_power_w, 100.0, 1e-6);
    EXPECT_EQ(summary.energy_method, EnergyMethod::Integrated);
    EXPECT_EQ(summary.energy.size(), 1U);
    EXPECT_DOUBLE_EQ(summary.wall_s, 10.0);
    EXPECT_DOUBLE_EQ(summary.gpu_hours, 4 * 10.0 / 3600);
    EXPECT_EQ(query(*history, "power/GPU-1").x.size(), 101U);
}

TEST(RunHistory, DrawsEnergyWhicheverRankTurnsOutToReadTheDevice) {
    FakeRun run(2, {kSensor});
    for (int i = 0; i <= 100; ++i)
        run.rank(1).power(0.1 * i, 100.0);
    run.ended(10.0);
    const auto history = run.open();
    EXPECT_EQ(query(*history, "energy").x.size(), 101U);
    EXPECT_NEAR(query(*history, "energy").max.back(), 1000.0, 1e-6);
    EXPECT_NEAR(history->summary().slope_w.value_or(0), 50.0, 1e-6);
}

TEST(RunHistory, CountsDistinctGpusForGpuHours) {
    FakeRun run(4, {kSensor, test::sensor("GPU-2", EnergyMethod::Integrated, 0.1)});
    run.spec.device_kind = "gpu";
    for (std::size_t rank = 0; rank < 4; ++rank)
        for (int i = 0; i <= 10; ++i) {
            run.rank(rank).power(0.1 * i, 100.0, 0);
            run.rank(rank).power(0.1 * i, 50.0, 1);
        }
    run.ended(36.0);
    auto history = run.history();
    ASSERT_TRUE(history.heal());
    EXPECT_DOUBLE_EQ(history.summary().gpu_hours, 2 * 36.0 / 3600);
}

TEST(RunHistory, LeavesAHoldOutOfTimeEnergyAndGpuHours) {
    FakeRun run(2, {kSensor});
    for (int i = 0; i <= 300; ++i) {
        const double t = 0.1 * i;
        if (i == 100) run.rank(0).event(10.0, "held");
        if (i == 200) run.rank(0).event(20.0, "resumed");
        run.rank(0).power(t, i >= 100 && i <= 200 ? 40.0 : 100.0);
    }
    run.ended(30.0);
    const auto history = run.open();
    const auto& summary = history->summary();
    EXPECT_DOUBLE_EQ(summary.wall_s, 20.0);
    EXPECT_DOUBLE_EQ(summary.held_s, 10.0);
    EXPECT_DOUBLE_EQ(summary.gpu_hours, 2 * 20.0 / 3600);
    // 20 s at 100 W; the two edges of the hold are ramps of half a sample period.
    EXPECT_NEAR(*summary.energy_j, 2000.0, 2 * 0.1 * 30.0 + 1e-6);
    ASSERT_EQ(summary.energy.size(), 1U);
    EXPECT_NEAR(summary.energy[0].held_j, 400.0, 1e-6);
    const auto energy = query(*history, "energy", Axis::GpuHours);
    EXPECT_DOUBLE_EQ(energy.x_last, 2 * 20.0 / 3600);
    // E over GPU hours: 100 W for two ranks are 50 W a rank, hold or not.
    ASSERT_TRUE(summary.slope_w);
    EXPECT_NEAR(*summary.slope_w, 50.0, 0.5);
}

TEST(RunHistory, MakesARunStepOfAllRanksReports) {
    FakeRun run(2);
    run.rank(0).step(1, 1.0, 2.0, 10, 0.2);
    run.rank(1).step(1, 1.5, 4.0, 30, 0.4);
    run.rank(0).step(2, 2.0, 1.0, 32, 0.2);  // rank 1 was killed before it reported step 2
    run.writeExit(
        R"({"exit_code": 137, "signal": 9, "rank": 1, "host": "n1", "reason": "rank 1"})");
    const auto opened = run.open();
    auto& history = *opened;
    const auto& summary = history.summary();
    EXPECT_EQ(summary.state, RunState::Failed);
    EXPECT_EQ(summary.records_lost, 0);
    EXPECT_EQ(summary.step, 1);
    EXPECT_EQ(summary.samples, 40);
    EXPECT_EQ(summary.records_stored, 5);
    EXPECT_EQ(query(history, "loss").mean, std::vector<double>{(2.0 * 10 + 4.0 * 30) / 40});
    EXPECT_NEAR(query(history, "step_time").mean.at(0), 0.3, 1e-12);
    EXPECT_NEAR(query(history, "throughput").mean.at(0), 40 / 0.3, 1e-9);
    EXPECT_NEAR(query(history, "data_wait").mean.at(0), 0.3 / 4, 1e-12);
    EXPECT_TRUE(std::isnan(query(history, "forward").mean.at(0)));
    EXPECT_EQ(query(history, "loss", Axis::Samples).x, std::vector<double>{40});
    EXPECT_EQ(query(history, "loss", Axis::Time).x, std::vector<double>{1.5});
    EXPECT_FALSE(summary.energy_j);
    EXPECT_TRUE(query(history, "loss", Axis::Kwh).x.empty());
}

TEST(RunHistory, GivesEveryPointOfASeriesToAnExport) {
    FakeRun run(1);
    for (std::uint64_t step = 1; step <= 3000; ++step)
        run.rank(0).step(step, 0.1 * static_cast<double>(step), static_cast<double>(step));
    run.ended(301.0);
    const auto history = run.open();
    double points = 0.0;
    ASSERT_TRUE(history->visitPoints("loss", [&](auto axes, double loss) {
        EXPECT_EQ(axes[0], ++points);
        EXPECT_EQ(loss, points);
    }));
    EXPECT_EQ(points, 3000.0);
    EXPECT_FALSE(history->visitPoints("nonsense", [](auto, double) {}));
}

TEST(RunHistory, HidesNoRankWhoseLossIsNotANumber) {
    FakeRun run(2);
    run.rank(0).step(1, 1.0, 2.0);
    run.rank(1).step(1, 1.0, std::nan(""));
    run.ended(1.0);
    const auto history = run.open();
    EXPECT_TRUE(std::isnan(query(*history, "loss").mean.at(0)));
    EXPECT_FALSE(history->summary().train_loss);
    EXPECT_FALSE(history->summary().final_loss);
}

TEST(RunHistory, PutsEvaluationsBehindTheirStepAndTheLastOneIntoTheSummary) {
    FakeRun run(1);
    wire::Event evaluated;
    for (std::uint64_t step = 1; step <= 4; ++step) {
        run.rank(0).step(step, static_cast<double>(step), 1.0, 32, 0.1, step <= 2 ? 1 : 2);
        if (step % 2 != 0) continue;
        evaluated.step = static_cast<std::int64_t>(step);
        evaluated.epoch = static_cast<int>(step / 2);
        evaluated.loss = 1.0 / static_cast<double>(step);
        evaluated.top1_error = 0.1 / static_cast<double>(step);
        run.rank(0).event(static_cast<double>(step) + 0.5, "evaluated", evaluated);
    }
    run.ended(5.0);
    const auto history = run.open();
    EXPECT_EQ(query(*history, "val_loss").x, (std::vector<double>{2, 4}));
    EXPECT_EQ(query(*history, "val_loss", Axis::Epoch).x, (std::vector<double>{1, 2}));
    EXPECT_EQ(query(*history, "val_top1_error", Axis::Samples).x, (std::vector<double>{64, 128}));
    EXPECT_DOUBLE_EQ(history->summary().train_loss.value(), 1.0) << "never the validation's";
    EXPECT_DOUBLE_EQ(history->summary().val_loss.value(), 0.25);
    EXPECT_DOUBLE_EQ(*history->summary().final_loss, 0.25);
    EXPECT_DOUBLE_EQ(*history->summary().final_top1_error, 0.025);
    EXPECT_FALSE(history->summary().final_top5_error);
    // Learnt from the first whole epoch: two steps.
    EXPECT_EQ(query(*history, "loss", Axis::Epoch).x_last, 2.0);
}

TEST(RunHistory, ShowsAFailedReadAsAGapAndNeverAsZero) {
    FakeRun run(1, {kSensor});
    for (int i = 0; i <= 100; ++i)
        run.rank(0).power(0.1 * i, i >= 40 && i < 60 ? std::nan("") : 100.0);
    run.ended(10.0);
    const auto history = run.open();
    const auto power = query(*history, "power", Axis::Time);
    EXPECT_TRUE(std::isnan(power.mean.at(50)));
    EXPECT_DOUBLE_EQ(power.mean.at(39), 100.0);
    EXPECT_NEAR(*history->summary().energy_j, 1000.0, 1e-6);
    EXPECT_GT(history->summary().energy.at(0).gap_s, 1.9);
}

TEST(RunHistory, ReadsPowerOffACounterThatGivesNone) {
    FakeRun run(1, {test::sensor("RAPL", EnergyMethod::Counter, 0.1)});
    for (int i = 0; i <= 100; ++i)
        run.rank(0).counter(0.1 * i, 5000.0 + 6.0 * i);
    run.ended(10.0);
    const auto history = run.open();
    EXPECT_NEAR(query(*history, "power").mean.at(50), 60.0, 1e-6);
    EXPECT_NEAR(*history->summary().energy_j, 600.0, 1e-6);
    EXPECT_EQ(history->summary().energy_method, EnergyMethod::Counter);
}

TEST(RunHistory, KeepsRanksOfOneHostTogetherAndPlacesAHostWithAWrongClockByItsStart) {
    FakeRun run(2);
    run.rank(0).step(1, 2.0);
    run.rank(1).step(1, 2.0);
    run.ended(3.0);
    EXPECT_DOUBLE_EQ(run.open()->summary().wall_s, 3.0);  // UTC readings differ by 1 ns
}

TEST(RunHistory, HasNoFiguresBeforeTheRanksSpoke) {
    FakeRun run(2);
    auto history = run.history();
    const auto& summary = history.summary();
    EXPECT_EQ(summary.state, RunState::Queued);
    EXPECT_EQ(summary.wall_s, 0.0);
    EXPECT_FALSE(summary.energy_j);
    EXPECT_FALSE(summary.slope_w);
    EXPECT_FALSE(summary.samples_per_gpu_hour);
    EXPECT_TRUE(history.seriesNames().empty());
    const auto absent = history.query({.run = {}, .series = "nonsense"});
    ASSERT_FALSE(absent);
    EXPECT_THAT(absent.error().message, HasSubstr("nonsense"));
}

TEST(RunHistory, ShowsStepsLiveWithoutWaitingForARunWithoutSensors) {
    FakeRun run(1);
    auto history = run.history();
    for (std::uint64_t step = 1; step <= 10; ++step)
        run.rank(0).step(step, static_cast<double>(step));
    for (const auto& frame : run.rank(0).frames)
        send(history, frame);
    EXPECT_EQ(history.summary().step, 10);
    EXPECT_EQ(history.summary().state, RunState::Running);
    EXPECT_GE(query(history, "loss").x.size(), 9U);
    send(history, run.rank(0).heartbeat(11.0));
    EXPECT_EQ(query(history, "loss").x.size(), 10U);
}

TEST(RunHistory, LetsStepsGoOnOneSecondAfterTheirSensorFellSilent) {
    FakeRun run(1, {kSensor});
    auto history = run.history();
    run.rank(0).power(0.0, 100.0);
    run.rank(0).power(0.1, 100.0);
    for (std::uint64_t step = 1; step <= 10; ++step)
        run.rank(0).step(step, static_cast<double>(step));
    for (const auto& frame : run.rank(0).frames)
        send(history, frame);
    const auto rows = query(history, "loss").x.size();
    EXPECT_GE(rows, 8U);
    EXPECT_LT(rows, 10U);
}

TEST(RunHistory, IgnoresFramesOfAnotherRun) {
    FakeRun run(1);
    FakeRun other(1, {}, "another-run");
    auto history = run.history();
    send(history, other.rank(0).frames.front());
    EXPECT_EQ(history.summary().records_stored, 0);
}

TEST(RunHistory, GoesOnThroughASecondAttemptWithoutCountingRedoneStepsOrThePauseBetween) {
    FakeRun run(1, {kSensor});
    for (int i = 0; i <= 10; ++i)
        run.rank(0).power(i, 100.0);
    for (std::uint64_t step = 1; step <= 10; ++step)
        run.rank(0).step(step, static_cast<double>(step));
    wire::Hello hello;
    hello.run = run.spec.id;
    hello.attempt = 2;
    hello.boot_id = "other-boot";
    hello.started_mono_ns = 5'000'000'000'000 + 100'000'000'000;
    hello.started_unix_ns = 1'795'000'000'000'000'000 + 100'000'000'000;
    hello.devices = {test::sensor("GPU-9", EnergyMethod::Integrated, 1.0)};
    test::FakeRank again(run.folder(), hello);
    again.hello();
    for (int i = 100; i <= 110; ++i)
        again.power(i, 50.0);
    for (std::uint64_t step = 6; step <= 15; ++step)
        again.step(step, 100.0 + static_cast<double>(step) - 5.0);
    again.ended(110.0);
    const auto history = run.open();
    const auto& summary = history->summary();
    EXPECT_EQ(summary.attempts, 2);
    EXPECT_EQ(summary.step, 15);
    EXPECT_EQ(summary.samples, 15 * 32);
    EXPECT_DOUBLE_EQ(summary.wall_s, 20.0);
    EXPECT_EQ(summary.held_s, 0.0);
    EXPECT_DOUBLE_EQ(summary.gpu_hours, 20.0 / 3600);
    EXPECT_NEAR(*summary.energy_j, 1000.0 + 500.0, 1e-6);
    EXPECT_EQ(summary.state, RunState::Finished);
}

}  // namespace
}  // namespace wattline
