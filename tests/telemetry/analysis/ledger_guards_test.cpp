// SPDX-License-Identifier: Apache-2.0
// The silent errors of this field that are the ledger's to prevent; README.md lists them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/analysis/ledger.h"
#include "tests/telemetry/analysis/ledger_samples.h"

namespace wattline {
namespace {

using namespace test;
using testing::HasSubstr;

/// A counter that is read with every tenth sample of a constant power.
void count(EnergyLedger& ledger, std::size_t account, Interval time, double power_w,
           double counter_w, double counter_start_j) {
    for (int i = 0; 0.1 * i <= time.to_s - time.from_s + 1e-9; ++i)
        ledger.addSample(account, {time.from_s + 0.1 * i, power_w,
                                   i % 10 == 0 ? counter_start_j + counter_w * 0.1 * i : kNaN});
}

TEST(LedgerGuards, CounterOverASuspensionLeavesTheSuspendedEnergyOut) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    count(ledger, a, {0.0, 10.0}, 300.0, 300.0, 1000.0);
    // Somebody else drew 90 kJ on this GPU while the run was suspended for 1000 s.
    ledger.setSuspensions({{10.0, 1010.0}});
    count(ledger, a, {1010.0, 1020.0}, 300.0, 300.0, 94000.0);
    const auto e = only(ledger, 0.0, 1020.0);
    EXPECT_NEAR(e.j, 6000.0, 1e-6);
    EXPECT_EQ(e.held_j, 0.0) << "suspended is not held: nothing accrues";
    EXPECT_EQ(e.device.method, EnergyMethod::Counter);
    EXPECT_EQ(e.gap_s, 0.0);
    EXPECT_EQ(e.flag("reset"), nullptr) << "a suspension is no reset";
}

TEST(LedgerGuards, SuspensionBetweenReadingsIsFilledUpToItsEdgesOnly) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    count(ledger, a, {0.0, 10.0}, 300.0, 300.0, 0.0);
    ledger.setSuspensions({{10.1, 1009.8}});  // the attempts end after and begin before a reading
    count(ledger, a, {1010.0, 1020.0}, 300.0, 300.0, 94000.0);
    const auto e = only(ledger, 0.0, 1020.0);
    EXPECT_NEAR(e.j, 6000.0 + 0.3 * 300.0, 1e-6);
    EXPECT_EQ(e.gap_s, 0.0);
    EXPECT_NEAR(ledger.energyAt(0.0, 1020.0).value(), e.j, 1e-6);
}

TEST(LedgerGuards, LateReadingsOfAnEarlierAttemptKeepTheSuspensionOut) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    ledger.setSuspensions({{10.0, 1010.0}});
    count(ledger, a, {1010.0, 1020.0}, 300.0, 300.0, 94000.0);
    count(ledger, a, {0.0, 10.0}, 300.0, 300.0, 1000.0);
    EXPECT_NEAR(only(ledger, 0.0, 1020.0).j, 6000.0, 1e-6);
}

TEST(LedgerGuards, WrapThatLooksLikeAFewKilowattsIsNotBooked) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    for (int i = 0; i <= 900; ++i) {  // 90 s; the counter is read every 30 s
        const double wrap = i >= 600 ? 262'143.0 : 0.0;
        ledger.addSample(a, {0.1 * i, 100.0, i % 300 == 0 ? 10.0 * i + wrap : kNaN});
    }
    const auto e = only(ledger, 0.0, 90.0);
    EXPECT_NEAR(e.j, 9000.0, 1e-6) << "8.7 kW from a device that drew 100 W";
    ASSERT_NE(e.flag("reset"), nullptr);
    EXPECT_THAT(e.flag("reset")->text, HasSubstr("reset 1 time"));
}

TEST(LedgerGuards, OnlyTheRunsWindowCountsWhateverElseWasLogged) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    for (int i = -200; i <= 800; ++i)  // 20 s before, 60 s of run, 20 s after
        ledger.addSample(a, {0.1 * i, 200.0, i % 10 == 0 ? 1e6 + 20.0 * i : kNaN});
    EXPECT_NEAR(only(ledger, 0.0, 60.0).j, 12'000.0, 1e-6);
    EXPECT_NEAR(only(ledger, -20.0, 80.0).j, 20'000.0, 1e-6) << "the whole log is 67 % more";
}

TEST(LedgerGuards, TimesOfALongRunKeepTheirStepsApart) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    const double start = 100.0 * 3600.0;  // as float32, readings 10 ms apart would coincide here
    auto device = gpu("b");
    device.period_s = 0.01;
    const auto b = ledger.addDevice(device);
    for (int i = 0; i <= 1000; ++i) {
        ledger.addSample(a, {start + 0.01 * i, 100.0, kNaN});
        ledger.addSample(b, {start + 0.01 * i, i % 2 == 0 ? 50.0 : 150.0, kNaN});
    }
    for (const auto& e : ledger.entries(start, start + 10.0))
        EXPECT_NEAR(e.j, 1000.0, 0.01);
    EXPECT_NEAR(ledger.attributed(start + 5.0, start + 5.01), 2.0, 0.01) << "one 10 ms step";
}

TEST(LedgerGuards, CounterAndSamplesThatDisagreeAreBothShownAndFlagged) {
    EnergyLedger ledger;  // Zeus, issue 181: 187 J against 327 J over one idle window
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    count(ledger, a, {0.0, 10.0}, 32.7, 18.7, 0.0);
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.counter_j, 187.0, 1e-6);
    EXPECT_NEAR(e.integrated_j, 327.0, 1e-6);
    EXPECT_NEAR(e.residual_j(), -140.0, 1e-6);
    ASSERT_NE(e.flag("disagreement"), nullptr);
    EXPECT_THAT(e.flag("disagreement")->text, HasSubstr("187 J against 327 J"));
}

TEST(LedgerGuards, CounterAndSamplesWithinTheirUncertaintiesAgree) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    count(ledger, a, {0.0, 60.0}, 300.0, 310.0, 0.0);
    const auto e = only(ledger, 0.0, 60.0);
    EXPECT_EQ(e.flag("disagreement"), nullptr);
    EXPECT_NEAR(e.residual_j(), 600.0, 1e-6) << "shown nevertheless";
}

TEST(LedgerGuards, TwoSensorsOfOneScopeThatDisagreeAreFlaggedAndCountOnce) {
    auto rapl = gpu("host:boot/package-0"), other = gpu("host:boot/package-0#hwmon");
    rapl.scope = other.scope = "package";
    rapl.sensor = "RAPL";
    other.sensor = "hwmon";
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(rapl), 10.0, [](double) { return 100.0; });
    sample(ledger, ledger.addDevice(other), 10.0, [](double) { return 130.0; });
    const auto entries = ledger.entries(0.0, 10.0);
    for (const auto& e : entries) {
        ASSERT_NE(e.flag("disagreement"), nullptr);
        EXPECT_THAT(e.flag("disagreement")->text, HasSubstr("hwmon"));
    }
    EXPECT_NEAR(headline(entries).j, 1000.0, 1e-6);
    EXPECT_NEAR(ledger.energyAt(0.0, 10.0).value(), 1000.0, 1e-6);
}

TEST(LedgerGuards, SharedDeviceGivesEachRunItsPartWithAnIntervalUpToAllOfIt) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    sample(ledger, a, 20.0, [](double) { return 100.0; });
    ledger.setShared(a, {{5.0, 15.0, 2}});
    const auto e = only(ledger, 0.0, 20.0);
    EXPECT_NEAR(e.j, 1500.0, 1e-6) << "half of the 10 s that another run used it, too";
    EXPECT_NEAR(e.shared_j, 1000.0, 1e-6);
    EXPECT_NEAR(e.shared_s, 10.0, 1e-9);
    EXPECT_LE(e.low_j, 1000.0);
    EXPECT_GE(e.high_j, 2000.0);
    EXPECT_NEAR(e.integrated_j, 2000.0, 1e-6) << "what the device drew";
    ASSERT_NE(e.flag("shared"), nullptr);
    EXPECT_NEAR(ledger.energyAt(0.0, 20.0).value(), e.j, 1e-6);
}

TEST(LedgerGuards, ClockOfAnotherHostWidensTheIntervalByWhatItMayMove) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    sample(ledger, a, 10.0, [](double) { return 600.0; });
    const auto before = only(ledger, 0.0, 10.0);
    EXPECT_EQ(before.terms.alignment_j, 0.0);
    ledger.setClockError(a, 0.5);
    const auto after = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(after.terms.alignment_j, 600.0 * 0.5 / std::sqrt(3.0), 1e-6);
    EXPECT_GT(after.u_j, before.u_j);
}

TEST(LedgerGuards, TwoReadingsSayHowLittleTheyKnow) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    ledger.addSample(a, {0.0, 100.0, kNaN});
    ledger.addSample(a, {0.1, 140.0, kNaN});
    const auto e = only(ledger, 0.0, 0.1);
    EXPECT_NEAR(e.j, 12.0, 1e-9);
    const double s = 40.0 / std::sqrt(2.0);
    EXPECT_NEAR(e.terms.sampling_j, s * 0.1 * 13.97 / 2.0, 1e-6) << "Student's t of one difference";
}

TEST(LedgerGuards, SmallSampleFactorFallsToOne) {
    EXPECT_EQ(smallSampleFactor(0), 1.0);
    EXPECT_NEAR(smallSampleFactor(1), 6.985, 1e-9);
    for (std::size_t m = 1; m < 1000; ++m)
        EXPECT_GT(smallSampleFactor(m), smallSampleFactor(m + 1)) << m;
    EXPECT_NEAR(smallSampleFactor(100'000), 1.0, 1e-4);
}

TEST(LedgerGuards, StepsGetTheCountersJoulesInProportionToSampledPower) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    // The counter says 20 % more than the samples, which alternate each second.
    for (int i = 0; i <= 200; ++i) {
        const double t = 0.1 * i;
        const bool low = static_cast<int>(std::floor(t + 1e-9)) % 2 == 0;
        ledger.addSample(a, {t, low ? 100.0 : 300.0, i % 10 == 0 ? 240.0 * t : kNaN});
    }
    EXPECT_NEAR(ledger.attributedUntil(), 20.0, 1e-9);
    double sum = 0.0;
    for (int step = 0; step < 20; ++step)
        sum += ledger.attributed(step, step + 1.0);
    EXPECT_NEAR(sum, 4800.0, 1e-6) << "steps that tile the window add up to its counter";
    EXPECT_NEAR(ledger.attributed(3.0, 4.0) / ledger.attributed(4.0, 5.0),
                ledger.sampledEnergy(3.0, 4.0) / ledger.sampledEnergy(4.0, 5.0), 1e-6);
    EXPECT_GT(ledger.attributed(3.0, 4.0), 300.0) << "more than the samples alone say";
}

TEST(LedgerGuards, NothingIsAttributedFromCountersUnderFiveSeconds) {
    EnergyLedger
        ledger;  // over 1 s a counter is 12 % short: its lag must not become a step's joules
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    for (int i = 0; i <= 40; ++i)
        ledger.addSample(a, {0.1 * i, 100.0, i % 10 == 0 ? 8.8 * i : kNaN});
    EXPECT_EQ(ledger.attributedUntil(), -kInf);
    for (int i = 41; i <= 60; ++i)
        ledger.addSample(a, {0.1 * i, 100.0, i % 10 == 0 ? 10.0 * i : kNaN});
    EXPECT_NEAR(ledger.attributedUntil(), 5.0, 1e-9);
    EXPECT_NEAR(ledger.attributed(0.0, 0.5), 50.0, 1e-6);
}

TEST(LedgerGuards, EnergyAboveIdleNeedsABaseline) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    for (int i = -50; i <= 100; ++i)
        ledger.addSample(a, {0.1 * i, i < 0 ? 60.0 : 400.0, kNaN});
    EXPECT_TRUE(std::isnan(only(ledger, 0.0, 10.0).idle_w)) << "nobody asked for one";
    ledger.setIdleWindow({-5.0, -0.1});
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.idle_w, 60.0, 1e-9);
    EXPECT_NEAR(e.j, 4000.0, 1e-6);
    EXPECT_NEAR(e.above_idle_j, 3400.0, 1e-6);
}

}  // namespace
}  // namespace wattline
