// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/ledger.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "telemetry/analysis/uncertainty.h"
#include "tests/telemetry/analysis/ledger_samples.h"

namespace wattline {
namespace {

using namespace test;

TEST(EnergyLedger, ConstantPowerGivesPowerTimesTime) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0, [](double) { return 300.0; });
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.j, 3000.0, 1e-6);
    EXPECT_EQ(e.device.method, EnergyMethod::Integrated);
    EXPECT_NEAR(e.integrated_j, 3000.0, 1e-6);
    EXPECT_EQ(e.counter_j, -1.0);
    EXPECT_EQ(e.gap_s, 0.0);
    expectContains(e, 3000.0);
}

TEST(EnergyLedger, RampGivesTheAreaOfTheTriangle) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 100.0, [](double t) { return 10.0 * t; });
    EXPECT_NEAR(only(ledger, 0.0, 100.0).j, 50'000.0, 1e-6);
}

TEST(EnergyLedger, SquareWaveStaysWithinItsInterval) {
    EnergyLedger ledger;
    const auto wave = [](double t) { return std::fmod(t + 0.013, 2.0) < 1.0 ? 600.0 : 100.0; };
    sample(ledger, ledger.addDevice(gpu("a")), 60.0, wave);
    const auto e = only(ledger, 0.0, 60.0);
    EXPECT_NEAR(e.j, 21'000.0, 60.0);
    expectContains(e, 21'000.0);
}

TEST(EnergyLedger, WindowEdgesBetweenReadingsAreInterpolated) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0, [](double t) { return 100.0 * t; });
    const double from = 1.23, to = 7.89;
    EXPECT_NEAR(only(ledger, from, to).j, 50.0 * (to * to - from * from), 1e-6);
}

TEST(EnergyLedger, UncertaintyIsTheOneOfTheModelsWorkedExample) {
    // energy.md: T = 5 s, P = 600 W, s = 60 W, f = 0.25, tau = 0.1 s: 24, 37 and 87 J (k = 1).
    const auto terms = uncertaintyTerms({3000.0, 5.0, 1, 0.1, 5.0, 0.1, 60.0, 0.25, 0.05});
    EXPECT_NEAR(terms.edge_j, 24.5, 0.1);
    EXPECT_NEAR(terms.sampling_j, 36.7, 0.1);
    EXPECT_NEAR(terms.gain_j, 86.6, 0.1);
}

TEST(EnergyLedger, FourRanksThatReportOneDeviceCountItOnce) {
    EnergyLedger ledger;
    std::vector<std::size_t> accounts;
    for (int rank = 0; rank < 4; ++rank)
        accounts.push_back(ledger.addDevice(gpu("GPU-1")));
    // Each rank's samples come in order, rank after rank: three quarters of them are late.
    for (int rank = 0; rank < 4; ++rank)
        for (int i = 0; i <= 100; ++i)
            ledger.addSample(accounts[static_cast<std::size_t>(rank)],
                             {0.1 * i + 0.01 * rank, 250.0, kNaN});
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.j, 2500.0, 1e-6);
    EXPECT_EQ(e.gap_s, 0.0);
}

TEST(EnergyLedger, LateReadingsGiveTheSameFiguresAsReadingsInOrder) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> power(100.0, 500.0);
    std::vector<LedgerSample> samples;
    double counter = 0.0;
    for (int i = 0; i <= 300; ++i) {
        counter += 30.0;
        const double p = i % 41 == 7 ? kNaN : power(random);
        samples.push_back({0.1 * i, p, i % 10 == 0 ? counter : kNaN});
    }
    EnergyLedger ordered, mixed;
    const auto a = ordered.addDevice(gpu("a", EnergyMethod::Counter));
    const auto b = mixed.addDevice(gpu("a", EnergyMethod::Counter));
    for (const auto& s : samples)
        ordered.addSample(a, s);
    for (std::size_t from : {200u, 0u, 100u}) {
        for (std::size_t i = from; i < from + 100; ++i)
            mixed.addSample(b, samples[i]);
        (void)mixed.entries(0.0, 30.0);  // questions in between change nothing
    }
    mixed.addSample(b, samples[300]);
    const auto x = only(ordered, 0.0, 30.0), y = only(mixed, 0.0, 30.0);
    EXPECT_NEAR(x.integrated_j, y.integrated_j, 1e-6);
    EXPECT_NEAR(x.counter_j, y.counter_j, 1e-6);
    EXPECT_NEAR(x.u_j, y.u_j, 1e-6);
}

TEST(EnergyLedger, FailedReadIsBridgedAndWidensTheIntervalInsteadOfCountingAsZero) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    const auto power = [](double t) {
        if (t > 4.05 && t < 5.95) return kNaN;
        return t < 5.0 ? 200.0 : 400.0;
    };
    sample(ledger, a, 10.0, power);
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.gap_s, 2.0, 1e-9);
    EXPECT_NEAR(e.j, 4.0 * 200.0 + 2.0 * 300.0 + 4.0 * 400.0, 1e-6);
    const double sure = 4.0 * 200.0 + 4.0 * 400.0;
    EXPECT_LE(e.low_j, sure + 2.0 * 200.0);
    EXPECT_GE(e.high_j, sure + 2.0 * 400.0);
}

TEST(EnergyLedger, OneFailedReadAmongGoodOnesIsAGapOfTwoPeriods) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    sample(ledger, a, 10.0, [](double t) { return std::abs(t - 5.0) < 0.01 ? kNaN : 100.0; });
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.gap_s, 0.2, 1e-9);
    EXPECT_NEAR(e.j, 1000.0, 1e-6);
}

TEST(EnergyLedger, SilenceOfMoreThanThreePeriodsIsAGap) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    for (const double t : {0.0, 0.1, 0.2, 0.5, 0.6, 1.6})
        ledger.addSample(a, {t, 100.0, kNaN});
    EXPECT_NEAR(only(ledger, 0.0, 1.6).gap_s, 1.0, 1e-9);
}

TEST(EnergyLedger, ReadingsThatCannotBeAreFailedReads) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    ledger.addSample(a, {kNaN, 100.0, kNaN});
    ledger.addSample(a, {kInf, 100.0, kNaN});
    const std::vector<double> odd{100.0, -5.0, kInf, 1e9, 100.0};
    for (std::size_t i = 0; i < odd.size(); ++i)
        ledger.addSample(a, {0.1 * static_cast<double>(i), odd[i], -3.0});
    ledger.addSample(99, {0.0, 1.0, 1.0});
    const auto e = only(ledger, 0.0, 0.4);
    EXPECT_NEAR(e.j, 40.0, 1e-9);
    EXPECT_NEAR(e.gap_s, 0.4, 1e-9);
    EXPECT_EQ(e.counter_j, -1.0);
}

TEST(EnergyLedger, WithoutTwoReadingsThereIsNoFigure) {
    EnergyLedger ledger;
    EXPECT_TRUE(ledger.entries(0.0, 10.0).empty());
    EXPECT_FALSE(ledger.energyAt(0.0, 1.0));
    EXPECT_FALSE(ledger.latestPower());
    EXPECT_EQ(ledger.coveredUntil(), 0.0);

    const auto a = ledger.addDevice(gpu("a"));
    for (int readings = 0; readings < 2; ++readings) {
        const auto e = only(ledger, 0.0, 10.0);
        EXPECT_EQ(e.device.method, EnergyMethod::None);
        EXPECT_TRUE(std::isnan(e.j)) << "missing is missing, never zero";
        EXPECT_EQ(e.gap_s, 10.0);
        EXPECT_FALSE(ledger.energyAt(0.0, 0.5));
        EXPECT_EQ(headline({e}).method, EnergyMethod::None);
        ledger.addSample(a, {0.1 * readings, 100.0, kNaN});
    }
    EXPECT_EQ(only(ledger, 3.0, 3.0).device.method, EnergyMethod::None) << "an empty window";
}

TEST(EnergyLedger, OnlyFailedReadsGiveNoFigure) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0, [](double) { return kNaN; });
    EXPECT_EQ(only(ledger, 0.0, 10.0).device.method, EnergyMethod::None);
}

TEST(EnergyLedger, CounterIsTheFigureFromFiveSecondsOn) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    sample(
        ledger, a, 10.0, [](double) { return 100.0; }, [](double t) { return 7e6 + 104.0 * t; });
    const auto brief = only(ledger, 0.0, 4.9);
    EXPECT_EQ(brief.device.method, EnergyMethod::Integrated);
    EXPECT_NEAR(brief.j, 490.0, 1e-6);
    const auto whole = only(ledger, 0.0, 10.0);
    EXPECT_EQ(whole.device.method, EnergyMethod::Counter);
    EXPECT_NEAR(whole.j, 1040.0, 1e-6);
    EXPECT_NEAR(whole.counter_j, 1040.0, 1e-6);
    EXPECT_NEAR(whole.integrated_j, 1000.0, 1e-6) << "both figures, side by side";
}

TEST(EnergyLedger, CounterBridgesReadingsThatFailedInTheMiddle) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    const auto middle = [](double t) { return t > 3.0 && t < 7.0; };
    sample(
        ledger, a, 10.0, [&](double t) { return middle(t) ? kNaN : 100.0; },
        [&](double t) { return middle(t) ? kNaN : 100.0 * t + (t >= 7.0 ? 900.0 : 0.0); });
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_EQ(e.device.method, EnergyMethod::Counter);
    EXPECT_NEAR(e.j, 1900.0, 1e-6) << "the counter saw what the samples missed";
    EXPECT_EQ(e.gap_s, 0.0);
}

TEST(EnergyLedger, CounterResetIsFilledFromPowerInsteadOfBookedAsEnergy) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    for (int i = 0; i <= 100; ++i) {
        const double t = 0.1 * i;
        const double counter = i < 50 ? 5e6 + 100.0 * t : 100.0 * t;  // driver reloaded at 5 s
        ledger.addSample(a, {t, 100.0, counter});
    }
    EXPECT_NEAR(only(ledger, 0.0, 10.0).j, 1000.0, 1e-6);
    EXPECT_NEAR(only(ledger, 4.95, 10.0).j, 505.0, 1e-6);
}

TEST(EnergyLedger, CounterJumpBeyondAnyPlausiblePowerIsAReset) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    for (int i = 0; i <= 100; ++i)
        ledger.addSample(a, {0.1 * i, 100.0, 10.0 * i + (i < 50 ? 0.0 : 262'143.0)});
    EXPECT_NEAR(only(ledger, 0.0, 10.0).j, 1000.0, 1e-6);
}

TEST(EnergyLedger, CounterReadOnceASecondIsShapedByTheSampledPower) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    for (int i = 0; i <= 100; ++i) {
        const double t = 0.1 * i;
        ledger.addSample(a, {t, 100.0 * t, i % 10 == 0 ? 55.0 * t * t : kNaN});
    }
    // The counter says 10 % more than the samples; its shape between seconds is theirs.
    EXPECT_NEAR(only(ledger, 0.0, 9.5).j, 55.0 * 9.5 * 9.5, 1e-6);
}

TEST(EnergyLedger, CounterWithoutAnyPowerIsUsedEvenForShortWindows) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    sample(
        ledger, a, 4.0, [](double) { return kNaN; }, [](double t) { return 50.0 * t; });
    const auto e = only(ledger, 0.5, 3.25);
    EXPECT_EQ(e.device.method, EnergyMethod::Counter);
    EXPECT_NEAR(e.j, 50.0 * 2.75, 1e-6);
    EXPECT_EQ(e.integrated_j, -1.0);
    EXPECT_NEAR(ledger.latestPower().value(), 50.0, 1e-6);
}

TEST(EnergyLedger, HeldEnergyIsBookedApart) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    const auto power = [](double t) { return t > 4.0 && t < 6.0 ? 50.0 : 200.0; };
    sample(ledger, a, 10.0, power);
    ledger.setHolds({{4.0, 6.0}, {8.0, kInf}});
    const auto e = only(ledger, 0.0, 10.0);
    EXPECT_NEAR(e.held_j, 2.0 * 50.0 + 15.0 + 2.0 * 200.0, 1e-6);
    EXPECT_NEAR(e.j, 6.0 * 200.0, 1e-6);
}

TEST(EnergyLedger, HoldThatBeginsAndEndsBetweenReadingsIsInterpolated) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0, [](double t) { return 10.0 * t; });
    ledger.setHolds({{2.04, 5.17}});
    const auto e = only(ledger, 0.0, 10.0);
    const double held = 5.0 * (5.17 * 5.17 - 2.04 * 2.04);
    EXPECT_NEAR(e.held_j, held, 1e-6);
    EXPECT_NEAR(e.j, 500.0 - held, 1e-6);
    EXPECT_NEAR(ledger.energyAt(0.0, 10.0).value(), 500.0 - held, 1e-6);
}

TEST(EnergyLedger, GapInsideAHoldDoesNotWidenTheActiveFigure) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0,
           [](double t) { return t > 4.0 && t < 5.0 ? kNaN : 100.0; });
    ledger.setHolds({{3.0, 6.0}});
    EXPECT_NEAR(only(ledger, 0.0, 10.0).gap_s, 0.0, 1e-9);
}

TEST(EnergyLedger, EstimateStaysEstimatedWithItsGainInterval) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(estimate("cpu")), 100.0, [](double) { return 20.0; });
    const auto e = only(ledger, 0.0, 100.0);
    EXPECT_EQ(e.device.method, EnergyMethod::Estimated);
    EXPECT_NEAR(e.j, 2000.0, 1e-6);
    EXPECT_NEAR(e.low_j, 600.0, 2.0);
    EXPECT_NEAR(e.high_j, 6000.0, 10.0);
    EXPECT_DOUBLE_EQ(e.u_j, e.high_j - e.j);
}

TEST(EnergyLedger, WithoutGainBothKindsLoseTheirCommonPart) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(estimate("cpu")), 100.0, [](double) { return 20.0; });
    sample(ledger, ledger.addDevice(gpu("gpu")), 100.0, [](double) { return 20.0; });
    const double edge = 2.0 * 20.0 * 0.1 / std::sqrt(6.0);
    for (const auto& e : ledger.entries(0.0, 100.0))
        EXPECT_NEAR(uncertaintyWithoutGain(e), edge, 1e-6);
}

TEST(EnergyLedger, IntervalContainsTheTruthForNoisyPowerAndAWrongGain) {
    std::mt19937 random(20261121);
    std::normal_distribution<double> noise(0.0, 60.0);
    std::uniform_real_distribution<double> gain(0.95, 1.05);
    int inside = 0;
    for (int trial = 0; trial < 400; ++trial) {
        EnergyLedger ledger;
        const double g = gain(random);
        sample(ledger, ledger.addDevice(gpu("a")), 10.0,
               [&](double) { return g * (600.0 + noise(random)); });
        const auto e = only(ledger, 0.0, 10.0);
        inside += e.low_j <= 6000.0 && 6000.0 <= e.high_j ? 1 : 0;
    }
    EXPECT_GE(inside, 380) << "k = 2 is meant to cover 95 %";
}

TEST(EnergyLedger, WindowBeyondTheReadingsIsAGapAfterThreePeriods) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0, [](double) { return 100.0; });
    EXPECT_EQ(only(ledger, 0.0, 10.2).gap_s, 0.0);
    EXPECT_NEAR(only(ledger, 0.0, 10.2).j, 1020.0, 1e-6);
    EXPECT_NEAR(only(ledger, -1.0, 12.0).gap_s, 3.0, 1e-9);
}

TEST(EnergyLedger, DeviceOfAnotherAttemptCountsOnlyWhileItBelongedToTheRun) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a"));
    const auto b = ledger.addDevice(gpu("b"));
    for (int i = 0; i <= 100; ++i) {
        ledger.addSample(a, {0.1 * i, 100.0, kNaN});
        ledger.addSample(b, {20.0 + 0.1 * i, 100.0, kNaN});
    }
    ledger.setActive(a, {0.0, 10.0});
    ledger.setActive(b, {20.0, kInf});
    EXPECT_NEAR(ledger.energyAt(0.0, 30.0).value(), 2000.0, 1e-6);
    EXPECT_NEAR(ledger.latestPower().value(), 100.0, 1e-9);
}

TEST(EnergyLedger, EnergyAtAgreesWithEntriesAndNeedsAReadingAtThatTime) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    const auto b = ledger.addDevice(gpu("b"));
    sample(
        ledger, a, 20.0, [](double t) { return 100.0 + t; }, [](double t) { return 110.0 * t; });
    sample(ledger, b, 18.0, [](double t) { return 50.0 + t; });
    for (const double t : {0.05, 3.3, 5.0, 11.7, 18.0, 19.0})
        EXPECT_NEAR(ledger.energyAt(0.0, t).value(), headline(ledger.entries(0.0, t)).j, 1e-6) << t;
    EXPECT_FALSE(ledger.energyAt(0.0, 20.5));
    EXPECT_NEAR(ledger.coveredUntil(), 18.0, 1e-9);
    EXPECT_NEAR(ledger.latestPower().value(), 118.0 + 68.0, 1e-6);
}

TEST(EnergyLedger, AnswersCheaplyAfterHoursOfSamples) {
    EnergyLedger ledger;
    const auto a = ledger.addDevice(gpu("a", EnergyMethod::Counter));
    constexpr int kSamples = 360'000;  // ten hours at 10 Hz
    for (int i = 0; i <= kSamples; ++i)
        ledger.addSample(a, {0.1 * i, 300.0, i % 10 == 0 ? 30.0 * i : kNaN});
    double sum = 0.0;
    for (int i = 1; i <= 100'000; ++i)  // linear in samples this would take minutes
        sum += ledger.energyAt(0.0, 0.36 * i).value();
    EXPECT_NEAR(sum, 300.0 * 0.36 * 0.5 * 100'000.0 * 100'001.0, sum * 1e-9);
}

}  // namespace
}  // namespace wattline
