// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/probe_period.h"

#include <cmath>
#include <gtest/gtest.h>

#include "telemetry/power/bmc_source.h"
#include "telemetry/power/nvml_source.h"
#include "telemetry/power/simulated_source.h"
#include "tests/support/fake_clock.h"
#include "tests/telemetry/power/stub_script.h"

namespace wattline {
namespace {

using test::kAll;
using test::kPower;

class ProbePeriodTest : public testing::Test {
protected:
    SensorPeriod probe(const std::string& script) {
        stub.play(script);
        SourceReport report;
        const auto source = NvmlSource::open(STUB_CURRENT, report);
        EXPECT_TRUE(source) << report.detail;
        ProbeOptions options;
        options.sleep = [this](std::int64_t ns) {
            clock.advance(ns);
            now_s += static_cast<double>(ns) * 1e-9;
            stub.setTime(now_s);
        };
        return probePeriod(*source, 0, clock, options);
    }
    test::StubScript stub;
    test::FakeClock clock;
    double now_s = 0.0;
};

TEST_F(ProbePeriodTest, FindsHowOftenPowerAndCounterMove) {
    const auto found = probe("devices 1 NVIDIA\n trace 0 0 100 100 600\n update 0 0.1\n"
                             "tick 0 0.02");
    EXPECT_NEAR(found.power_s.value(), 0.1, 0.0025);
    EXPECT_NEAR(found.counter_s.value(), 0.02, 0.0025);
    EXPECT_EQ(found.failed, 0);
}

TEST_F(ProbePeriodTest, SensorThatRefusesFastPollingIsAskedMoreSlowly) {
    const auto found = probe("devices 1 NVIDIA\n trace 0 0 100 100 600\n update 0 0.1\n"
                             "poll-floor 0.03");
    EXPECT_GT(found.failed, 0);
    EXPECT_NEAR(found.power_s.value(), 0.1, 0.035);
}

TEST_F(ProbePeriodTest, PowerThatHoldsStillTellsNothing) {
    const auto found = probe("devices 1 NVIDIA\n trace 0 0 70\n tick 0 0.1");
    EXPECT_FALSE(found.power_s) << "unknown, not 0 s and not infinity";
    EXPECT_NEAR(found.counter_s.value(), 0.1, 0.0025);
}

TEST_F(ProbePeriodTest, EndsWhenItIsCancelled) {
    SimulatedSource source(
        {{.device = {}, .power = [](double) { return Watts{1.0}; }, .energy = {}}}, clock);
    ProbeOptions options;
    int asked = 0;
    options.cancelled = [&asked] { return ++asked > 3; };
    options.sleep = [](std::int64_t) {};
    EXPECT_EQ(probePeriod(source, 0, clock, options).reads, 3);
}

TEST(SimulatedSource, PowerAndCounterAgreeAndAreNeverCalledMeasured) {
    test::FakeClock clock;
    SimulatedDevice model;
    model.device.id = "sim-0";
    model.device.method = EnergyMethod::Counter;
    model.power = [](double t) { return Watts{100.0 + t}; };
    model.energy = [](double t) { return Joules{100.0 * t + 0.5 * t * t}; };
    SimulatedSource source({model}, clock);
    EXPECT_EQ(source.devices()[0].method, EnergyMethod::Simulated);
    EXPECT_FALSE(isMeasured(source.devices()[0].method));
    clock.advance(2'000'000'000);
    EXPECT_DOUBLE_EQ(source.read(0, kAll).power.value().value, 102.0);
    EXPECT_DOUBLE_EQ(source.read(0, kAll).counter.value().value, 202.0);
    EXPECT_FALSE(source.read(0, kPower).counter);
    EXPECT_FALSE(source.read(1, kAll).power);
}

class FakeBmc final : public BmcReader {
public:
    explicit FakeBmc(std::optional<Watts> power) : m_power(power) {}
    std::string sensor() const override { return "a fake"; }
    std::optional<Watts> readPower() override { return m_power; }
    double periodS() const override { return 2.0; }
    double gainHalfWidth() const override { return 0.08; }

private:
    std::optional<Watts> m_power;
};

TEST(BmcSource, NodePowerIsIntegratedAndAFailedReadIsAGap) {
    BmcSource source(std::make_unique<FakeBmc>(Watts{800.0}));
    EXPECT_EQ(source.devices()[0].scope, scope::kNode);
    EXPECT_EQ(source.devices()[0].method, EnergyMethod::Integrated);
    EXPECT_DOUBLE_EQ(source.devices()[0].gain_low, 0.92);
    EXPECT_EQ(source.devices()[0].period_s, 2.0);
    EXPECT_EQ(source.read(0, kPower).power.value().value, 800.0);
    EXPECT_FALSE(BmcSource(std::make_unique<FakeBmc>(std::nullopt)).read(0, kPower).power);
    EXPECT_FALSE(BmcSource(std::make_unique<FakeBmc>(Watts{0.0})).read(0, kPower).power)
        << "a node that answers draws something";
}

}  // namespace
}  // namespace wattline
