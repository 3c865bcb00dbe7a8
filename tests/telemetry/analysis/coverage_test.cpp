// SPDX-License-Identifier: Apache-2.0
// The published interval against signals whose energy is known: k = 2 has to mean what it says.
#include <gtest/gtest.h>
#include <string>

#include "telemetry/analysis/uncertainty.h"
#include "tests/telemetry/analysis/closed_form.h"
#include "tests/telemetry/analysis/ledger_samples.h"

namespace wattline {
namespace {

using namespace test;

constexpr int kTrials = 2000;

struct Scenario {
    std::string name;
    Sensor sensor;
    double seconds = 20.0;
    StepRhythm rhythm;
    std::function<Signal(Random&, double end_s)> signal;
};

struct Coverage {
    double published = 0.0;  ///< share of trials whose interval holds the truth
    double without_gain =
        0.0;               ///< the same with the sensor's scale known: what A/B comparisons use
    double flagged = 0.0;  ///< share that warn of aliasing
};

PowerDevice deviceOf(const Sensor& sensor) {
    auto device = gpu("a");
    device.period_s = sensor.period_s;
    device.gain_low = 1.0 - sensor.gain_half;
    device.gain_high = 1.0 + sensor.gain_half;
    if (sensor.averaged > 0.0) device.label = "NVIDIA H100";  // a sensor that looks at 25 %
    return device;
}

Coverage run(const Scenario& scenario, int trials = kTrials) {
    Random random(20261121);
    Coverage sum;
    const auto device = deviceOf(scenario.sensor);
    for (int i = 0; i < trials; ++i) {
        const double from = uniform(random, 0.5, 0.6);
        const Interval window{from, from + scenario.seconds};
        const auto signal = scenario.signal(random, window.to_s + 1.0);
        const auto trial =
            measure(signal, scenario.sensor, window, device, scenario.rhythm, random);
        const auto& e = trial.entry;
        const double error = std::abs(e.j / trial.gain - trial.truth_j);
        sum.published += e.low_j <= trial.truth_j && trial.truth_j <= e.high_j ? 1.0 : 0.0;
        sum.without_gain += error <= uncertaintyWithoutGain(e) ? 1.0 : 0.0;
        sum.flagged += e.flag("aliasing") != nullptr ? 1.0 : 0.0;
    }
    sum.published /= trials;
    sum.without_gain /= trials;
    sum.flagged /= trials;
    return sum;
}

Scenario constant(const std::string& name, const Sensor& sensor) {
    return {
        name, sensor, 20.0, {}, [](Random&, double end_s) { return Signal(400.0).hold(end_s); }};
}

Scenario ramp(const std::string& name, const Sensor& sensor) {
    return {name, sensor, 20.0, {}, [](Random&, double end_s) {
                return Signal(100.0).to(end_s, 700.0);
            }};
}

Scenario bursts(const std::string& name, const Sensor& sensor, const Bursts& shape,
                double seconds = 20.0) {
    return {name,
            sensor,
            seconds,
            {shape.step_s, shape.jitter * shape.step_s},
            [shape](Random& random, double end_s) { return shape.make(random, end_s); }};
}

/// Step time over sampling period that is far from every simple ratio.
constexpr double kApart = 0.447;

std::vector<Scenario> honestScenarios() {
    const Sensor plain{}, noisy{0.1, 0.0, 40.0}, jittery{0.1, 0.0, 10.0, 0.4},
        gappy{0.1, 0.0, 10.0, 0.0, 2.0}, quarter{0.1, 0.25},
        quarter_noisy{0.1, 0.25, 20.0, 0.2, 1.0};
    return {constant("constant", plain),
            constant("constant, noise", noisy),
            constant("constant, gap", gappy),
            ramp("ramp", plain),
            ramp("ramp, noise and late readings", {0.1, 0.0, 40.0, 0.4}),
            ramp("ramp, gap", gappy),
            bursts("square wave, 25 % duty sensor", quarter, {0.1 * kApart, 0.25}),
            bursts("square wave, 25 % duty sensor, noise, late readings, gap", quarter_noisy,
                   {0.1 * kApart, 0.25}),
            bursts("square wave, slow", plain, {2.7, 0.5}),
            bursts("square wave, slow, gap", gappy, {2.7, 0.5}),
            bursts("square wave, fast", plain, {0.1 / (3.0 + kApart), 0.25}),
            bursts("step-locked bursts", noisy, {0.1 * (1.0 + kApart), 0.6}),
            bursts("bursts of irregular steps", plain, {0.037, 0.4, 150.0, 650.0, 0.05}),
            bursts("bursts, late readings", jittery, {0.1 * (3.0 + kApart), 0.6}),
            bursts("bursts, one minute", plain, {0.1 * (6.0 + kApart), 0.3}, 60.0),
            bursts("bursts, five seconds", plain, {0.1 * kApart, 0.3}, 5.0)};
}

TEST(Coverage, PublishedIntervalHoldsTheTruthInEveryUnflaggedScenario) {
    for (const auto& scenario : honestScenarios()) {
        const auto c = run(scenario);
        EXPECT_GE(c.published, 0.93) << scenario.name;
        EXPECT_GE(c.without_gain, 0.93) << scenario.name << ", scale known";
        EXPECT_EQ(c.flagged, 0.0) << scenario.name;
    }
}

TEST(Coverage, IsNineteenOfTwentyWhereNoiseDominates) {
    // Power that is anything between 0 and 800 W at each reading, a scale that is right within 0.5
    // %.
    Random random(7);
    for (const double seconds : {1.0, 2.0, 5.0, 20.0}) {
        int published = 0;
        auto device = gpu("a");
        device.gain_low = 0.995;
        device.gain_high = 1.005;
        for (int i = 0; i < kTrials; ++i) {
            EnergyLedger ledger;
            const auto account = ledger.addDevice(device);
            const double g = uniform(random, 0.995, 1.005);
            const int readings = static_cast<int>(std::lround(10.0 * seconds));
            for (int k = 0; k <= readings; ++k)
                ledger.addSample(account, {0.1 * k, g * uniform(random, 0.0, 800.0), kNaN});
            const auto e = ledger.entries(0.0, seconds).at(0);
            published += e.low_j <= 400.0 * seconds && 400.0 * seconds <= e.high_j ? 1 : 0;
        }
        EXPECT_GE(published, 0.93 * kTrials) << seconds << " s";
        EXPECT_LE(published, 0.97 * kTrials) << seconds << " s";
    }
}

TEST(Coverage, EveryAliasedScenarioRaisesTheWarning) {
    for (int p = 1; p <= 5; ++p)
        for (int q = 1; q <= 5; ++q)
            for (const double off : {0.9701, 0.985, 1.0, 1.015, 1.0299}) {
                const double step_s = 0.1 * p / q * off;
                EXPECT_TRUE(stepLock({step_s, 0.0}, 0.1, 200)) << p << "/" << q << " x " << off;
                EXPECT_TRUE(stepLock({step_s, 0.3 * step_s}, 0.1, 200)) << "irregular steps";
            }
}

TEST(Coverage, StepsOfAnIntegerPartOfThePeriodFailAndAreFlaggedUnlessTheyVary) {
    // Of these the rule "within 3 % of p/q, q up to 5" alone finds none.
    for (const double ratio : {1.0 / 7, 1.0 / 12, 1.0 / 20}) {
        const auto locked = run(bursts("locked", {}, {0.1 * ratio, 0.25}), 200);
        EXPECT_LT(locked.without_gain, 0.93) << "no interval from such samples holds";
        EXPECT_EQ(locked.flagged, 1.0);
        const auto varied = run(bursts("varied", {}, {0.1 * ratio, 0.25, 150.0, 650.0, 0.3}), 200);
        EXPECT_GE(varied.without_gain, 0.93) << ratio;
        EXPECT_EQ(varied.flagged, 0.0) << ratio;
    }
}

TEST(Coverage, LongStepsAreSampledWellThoughTheyAreAWholeNumberOfPeriods) {
    for (const double ratio : {40.0, 55.0}) {
        const auto c = run(bursts("long", {}, {0.1 * ratio, 0.3}, 60.0), 500);
        EXPECT_GE(c.published, 0.93) << ratio;
        EXPECT_EQ(c.flagged, 0.0) << ratio;
    }
}

TEST(Coverage, AnyRatioIsEitherCoveredOrFlagged) {
    Random random(11);
    for (const double seconds : {3.0, 10.0, 60.0}) {
        int inside = 0, unflagged = 0;
        for (int i = 0; i < kTrials; ++i) {
            const double ratio = std::exp(uniform(random, std::log(0.03), std::log(30.0)));
            const Bursts shape{0.1 * ratio, uniform(random, 0.1, 0.9)};
            const double from = uniform(random, 0.5, 0.6);
            const auto signal = shape.make(random, from + seconds + 1.0);
            const auto trial =
                measure(signal, {}, {from, from + seconds}, gpu("a"), {shape.step_s, 0.0}, random);
            const bool holds = std::abs(trial.entry.j / trial.gain - trial.truth_j) <=
                               uncertaintyWithoutGain(trial.entry);
            if (trial.entry.flag("aliasing") != nullptr) continue;
            ++unflagged;
            inside += holds ? 1 : 0;
        }
        EXPECT_GE(inside, 0.93 * unflagged) << seconds << " s";
        EXPECT_GE(unflagged, kTrials / 2) << "a warning that is always there warns of nothing";
    }
}

}  // namespace
}  // namespace wattline
