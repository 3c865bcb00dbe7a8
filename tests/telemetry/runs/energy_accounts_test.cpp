// SPDX-License-Identifier: Apache-2.0
// What a run's energy went into: steps, phases, work done twice, other runs, other hosts.
#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/core/host.h"
#include "telemetry/runs/clock_errors.h"
#include "telemetry/runs/run_history.h"
#include "telemetry/runs/step_energies.h"
#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

using test::FakeRank;
using test::FakeRun;

const auto kSensor = test::sensor("GPU-1", EnergyMethod::Integrated, 0.1);

/// The ranks of a further attempt, as the same hosts start it again.
FakeRank nextAttempt(const FakeRun& run, double start_s, const PowerDevice& device = kSensor) {
    const auto start_ns = static_cast<std::int64_t>(start_s * 1e9);
    wire::Hello hello;
    hello.run = run.spec.id;
    hello.attempt = 2;
    hello.boot_id = bootId();
    hello.started_mono_ns = 5'000'000'000'000 + start_ns;
    hello.started_unix_ns = 1'795'000'000'000'000'000 + start_ns;
    hello.devices = {device};
    return FakeRank(run.folder(), hello);
}

std::vector<double> stepJoules(RunHistory& history) {
    std::vector<double> out;
    EXPECT_TRUE(history.visitPoints(
        "step_energy", [&](std::span<const double, kAxisCount>, double j) { out.push_back(j); }));
    return out;
}

TEST(EnergyAccounts, StepsThatTileTheRunShareItsEnergy) {
    FakeRun run(1, {kSensor});
    auto& rank = run.rank(0);
    for (int i = 0; i <= 100; ++i)
        rank.power(0.1 * i, i % 20 < 10 ? 100.0 : 300.0);
    for (std::uint64_t step = 1; step <= 10; ++step)
        rank.step(step, static_cast<double>(step), 1.0, 32, 1.0);
    run.ended(10.0);
    const auto history = run.open();
    const auto joules = stepJoules(*history);
    ASSERT_EQ(joules.size(), 10U);
    double sum = 0.0;
    for (const double j : joules)
        sum += j;
    EXPECT_NEAR(sum, history->summary().energy_j.value(), 1e-6);
    EXPECT_LT(joules[2], 120.0);
    EXPECT_GT(joules[3], 280.0);
}

TEST(EnergyAccounts, StepEnergiesDoNotDependOnWhenSomebodyLooked) {
    const auto counted = test::sensor("GPU-1", EnergyMethod::Counter, 0.1);
    FakeRun run(1, {counted});
    auto& rank = run.rank(0);
    auto live = run.history();
    std::size_t sent = 0;
    const auto look = [&] {
        while (sent < rank.frames.size())
            test::send(live, rank.frames[sent++]);
        (void)live.summary();
    };
    for (int i = 0; i <= 200; ++i) {
        const double t = 0.1 * i;
        rank.power(t, i % 20 < 10 ? 100.0 : 300.0);
        if (i % 10 == 5) rank.counter(t, 230.0 * t);
        if (i % 7 == 0 && i > 0) rank.step(static_cast<std::uint64_t>(i / 7), t, 1.0, 32, 0.7);
        if (i % 13 == 0) look();
    }
    run.ended(20.0);
    look();
    (void)live.superviseNow();
    const auto later = run.open();
    const auto a = stepJoules(live), b = stepJoules(*later);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_NEAR(a[i], b[i], 1e-9) << "step " << i + 1;
}

TEST(EnergyAccounts, WorkThatALaterAttemptDidAgainIsToldAsWasted) {
    FakeRun run(1, {kSensor});
    auto& first = run.rank(0);
    for (int i = 0; i <= 100; ++i)
        first.power(0.1 * i, 100.0);
    for (std::uint64_t step = 1; step <= 10; ++step)
        first.step(step, static_cast<double>(step), 1.0, 32, 1.0);
    // The job was killed after step 10 and went on, a minute later, from a checkpoint of step 6.
    auto second = nextAttempt(run, 70.0);
    second.hello();
    for (int i = 0; i <= 100; ++i)
        second.power(70.0 + 0.1 * i, 100.0);
    for (std::uint64_t step = 7; step <= 16; ++step)
        second.step(step, 70.0 + static_cast<double>(step - 6), 1.0, 32, 1.0);
    second.ended(80.0);
    const auto history = run.open();
    const auto& summary = history->summary();
    EXPECT_EQ(summary.step, 16);
    EXPECT_EQ(summary.samples, 16 * 32) << "progress counts once";
    EXPECT_EQ(summary.wasted.steps, 4);
    EXPECT_NEAR(summary.wasted.j.value(), 400.0, 1.0);
    EXPECT_NEAR(summary.wasted.gpu_hours, 4.0 / 3600.0, 1e-6);
    EXPECT_NEAR(summary.energy_j.value(), 2000.0, 1.0) << "wasted energy was drawn nevertheless";
}

TEST(EnergyAccounts, ARunOfOneAttemptWastedNothing) {
    FakeRun run(1, {kSensor});
    run.rank(0).step(1, 1.0);
    run.ended(1.0);
    const auto history = run.open();
    EXPECT_EQ(history->summary().wasted.steps, 0);
    EXPECT_FALSE(history->summary().wasted.j);
}

TEST(EnergyAccounts, CounterOverASuspensionCountsForNobody) {
    const auto counted = test::sensor("GPU-1", EnergyMethod::Counter, 0.1);
    FakeRun run(1, {counted});
    auto& first = run.rank(0);
    for (int i = 0; i <= 100; ++i)
        first.counter(0.1 * i, 10.0 * i);
    auto second = nextAttempt(run, 1000.0, counted);
    second.hello();
    for (int i = 0; i <= 100; ++i)
        second.counter(1000.0 + 0.1 * i, 90'000.0 + 10.0 * i);
    second.ended(1010.0);
    const auto history = run.open();
    EXPECT_NEAR(history->summary().energy_j.value(), 2000.0, 1.0);
    EXPECT_EQ(history->summary().energy[0].held_j, 0.0);
}

TEST(EnergyAccounts, ADeviceThatOthersUseGivesThisRunItsPart) {
    FakeRun run(1, {kSensor});
    auto& rank = run.rank(0);
    for (int i = 0; i <= 100; ++i)
        rank.power(0.1 * i, 100.0);
    wire::Event shared;
    shared.device = "GPU-1";
    shared.runs = 2;
    rank.event(4.0, "shared", shared);
    rank.event(8.0, "unshared", shared);
    run.ended(10.0);
    const auto history = run.open();
    const auto& summary = history->summary();
    EXPECT_NEAR(summary.energy_j.value(), 800.0, 1e-6);
    EXPECT_LE(summary.energy_low_j.value(), 600.0);
    EXPECT_GE(summary.energy_high_j.value(), 1000.0);
    EXPECT_NE(summary.energy[0].flag("shared"), nullptr);
}

TEST(EnergyAccounts, ReadingsBeforeTheWindowAreItsIdleBaseline) {
    FakeRun run(1, {kSensor});
    auto& rank = run.rank(0);
    for (int i = -50; i < 0; ++i)
        rank.power(0.1 * i, 60.0);
    for (int i = 0; i <= 100; ++i)
        rank.power(0.1 * i, 400.0);
    run.ended(10.0);
    const auto history = run.open();
    const auto& entry = history->summary().energy[0];
    EXPECT_NEAR(entry.j, 4000.0, 1e-6) << "the baseline is not the run's";
    EXPECT_NEAR(entry.idle_w, 60.0, 1e-9);
    EXPECT_NEAR(entry.above_idle_j, 3400.0, 1e-6);
    EXPECT_NEAR(history->energyTrace().back().j, 4000.0, 1e-6);
}

TEST(EnergyAccounts, PhasesShorterThanTenReadingsAreAttributedByTime) {
    EnergyLedger ledger;
    const auto account = ledger.addDevice(kSensor);
    for (int i = 0; i <= 1000; ++i)  // forward draws 300 W, communication 100 W
        ledger.addSample(account, {0.1 * i, i % 40 < 20 ? 300.0 : 100.0,
                                   std::numeric_limits<double>::quiet_NaN()});
    Timeline timeline;
    timeline.openAttempt(0.0, 1.0);
    timeline.extendTo(100.0);
    const auto phasesOf = [&](double length_s) {
        StepEnergies energies(SeriesPlace{});  // kept by this process alone
        for (std::uint64_t k = 1; k <= 20; ++k) {
            RunStep step;
            step.step = k;
            step.end_s = length_s * static_cast<double>(k);
            step.duration_s = length_s;
            step.phase_s = {0.0, length_s / 2, 0.0, length_s / 2, 0.0};
            energies.addStep(step, {});
        }
        energies.addEvaluation(20.0 * length_s + 2.0);
        energies.settle(ledger, timeline, true);
        return energies.phases(ledger.entries(0.0, 100.0));
    };
    const auto find = [](const std::vector<PhaseEnergy>& phases, const std::string& name) {
        const auto it = std::ranges::find(phases, name, &PhaseEnergy::phase);
        EXPECT_NE(it, phases.end()) << name;
        return it == phases.end() ? PhaseEnergy{} : *it;
    };
    const auto sampled = phasesOf(4.0);
    EXPECT_FALSE(find(sampled, "compute").time_attributed);
    EXPECT_NEAR(find(sampled, "compute").j / find(sampled, "communication_wait").j, 3.0, 0.25);
    EXPECT_EQ(find(sampled, "evaluation").seconds, 2.0);
    const auto by_time = phasesOf(0.8);
    EXPECT_TRUE(find(by_time, "compute").time_attributed);
    EXPECT_NEAR(find(by_time, "compute").j, find(by_time, "communication_wait").j, 1e-6);
    double sum = 0.0;
    for (const auto& phase : sampled)
        sum += phase.j;
    EXPECT_NEAR(sum, ledger.attributed(0.0, 82.0), 1e-6) << "phases tile the time";
}

TEST(ClockErrors, AreDriftReadingErrorAndWhatRemainsBetweenEndsOfSteps) {
    ClockErrors clocks;
    EXPECT_EQ(clocks.errorS("a"), 0.0);
    const std::int64_t second = 1'000'000'000;
    clocks.saw({"a", 10 * second, 10 * second, 1'800'000'010 * second, 1'000'000});
    EXPECT_NEAR(clocks.errorS("a"), 0.001, 1e-12);
    clocks.saw({"a", 70 * second, 70 * second, 1'800'000'070 * second + 20'000'000, 500'000});
    EXPECT_NEAR(clocks.errorS("a"), 0.021, 1e-12) << "UTC moved by 20 ms against the host's clock";
    for (int i = 0; i < 10; ++i)
        clocks.sawStep("b", 1.0 * i + 0.3 + 0.01 * (i % 2), 1.0 * i);
    EXPECT_NEAR(clocks.errorS("b"), 0.305, 1e-9);
    clocks.saw({"c", -1, 0, 0, 0});
    EXPECT_EQ(clocks.errorS("c"), 0.0) << "no time";
}

}  // namespace
}  // namespace wattline
