// SPDX-License-Identifier: Apache-2.0
#include "app/cli/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>

#include "app/cli/sensor_checkup.h"
#include "tests/support/fake_clock.h"

namespace wattline::cli {
namespace {

using Kind = SensorComparison::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

/// Devices of constant power; a counter may count more or less than that.
class FakeSource final : public PowerSource {
public:
    explicit FakeSource(test::FakeClock& clock) : m_clock(clock), m_start_ns(clock.monotonicNs()) {}
    void add(PowerDevice device, double power_w, std::optional<double> counter_w = {}) {
        device.has_counter = counter_w.has_value();
        device.gain_low = 0.95;
        device.gain_high = 1.05;
        m_devices.push_back(std::move(device));
        m_power_w.push_back(power_w);
        m_counter_w.push_back(counter_w);
    }
    const std::vector<PowerDevice>& devices() const override { return m_devices; }
    PowerReading read(std::size_t i, ReadRequest what) override {
        if (what.counter && std::exchange(stalls, false)) m_clock.advance(stall_ns);
        const double t = static_cast<double>(m_clock.monotonicNs() - m_start_ns) * 1e-9;
        PowerReading reading;
        if (m_power_w[i] > 0.0) reading.power = Watts{m_power_w[i]};
        if (what.counter && m_counter_w[i]) reading.counter = Joules{50.0 + *m_counter_w[i] * t};
        return reading;
    }

    bool stalls = false;  ///< the process is put aside in its first read, before the counter
    std::int64_t stall_ns = 6'000'000'000;

private:
    test::FakeClock& m_clock;
    std::int64_t m_start_ns;
    std::vector<PowerDevice> m_devices;
    std::vector<double> m_power_w;
    std::vector<std::optional<double>> m_counter_w;
};

PowerDevice device(const std::string& id, std::string_view scope, const std::string& sensor,
                   EnergyMethod method = EnergyMethod::Counter) {
    PowerDevice d;
    d.id = d.label = id;
    d.scope = scope;
    d.sensor = sensor;
    d.method = method;
    d.boot_id = "boot";
    return d;
}

class SelfTestTest : public testing::Test {
protected:
    SelfTest run() {
        SelfTestOptions options;
        options.sleep = [this](std::int64_t ns) { clock.advance(ns); };
        std::vector<std::unique_ptr<PowerSource>> sources;
        sources.push_back(std::move(source));
        return runSelfTest(sources, clock, options);
    }
    test::FakeClock clock;
    std::unique_ptr<FakeSource> source = std::make_unique<FakeSource>(clock);
};

TEST_F(SelfTestTest, CounterAndPowerOfOneDeviceAgreeWithinTheirUncertainties) {
    source->add(device("gpu", scope::kBoard, "NVML energy counter, NVML instant power"), 300.0,
                303.0);
    const auto test = run();
    EXPECT_NEAR(test.seconds, 10.0, 0.2);
    ASSERT_EQ(test.comparisons.size(), 1u);
    const auto& each = test.comparisons[0];
    EXPECT_EQ(each.kind, Kind::SameDevice);
    EXPECT_EQ(each.first.sensor, "NVML energy counter");
    EXPECT_EQ(each.second.sensor, "NVML instant power");
    EXPECT_NEAR(each.first.j, 3030.0, 1.0);
    EXPECT_NEAR(each.second.j, 3000.0, 1.0);
    EXPECT_GT(each.first.u_j, 0.0);
    EXPECT_TRUE(each.agree);
    EXPECT_TRUE(test.agree());
}

TEST_F(SelfTestTest, CounterThatSaysHalfOfThePowerIsADisagreement) {
    source->add(device("gpu", scope::kBoard, "NVML energy counter, NVML instant power"), 327.0,
                187.0);
    EXPECT_FALSE(run().agree());
}

TEST_F(SelfTestTest, ReadThatTookLongIsNoDisagreement) {
    source->add(device("gpu", scope::kBoard, "NVML energy counter, NVML instant power"), 300.0,
                300.0);
    source->stalls = true;
    const auto test = run();
    ASSERT_EQ(test.comparisons.size(), 1u);
    const auto& each = test.comparisons[0];
    EXPECT_GT(each.second.j - each.first.j, 800.0) << "3 s of 300 W between middle and counter";
    EXPECT_TRUE(each.agree);
}

TEST_F(SelfTestTest, PowerMadeOfTheCounterIsNoSecondSensor) {
    source->add(device("cpu", scope::kPackage, "RAPL"), 100.0, 100.0);
    const auto test = run();
    EXPECT_TRUE(test.comparisons.empty());
    EXPECT_THAT(test.nothing_to_compare, HasSubstr("one sensor"));
}

TEST_F(SelfTestTest, PartsThatExceedTheWholeAreFound) {
    source->add(device("node", scope::kNode, "pm_counters"), 500.0, 500.0);
    auto part = device("accel0", scope::kBoard, "pm_counters");
    part.part_of = "node";
    source->add(part, 400.0, 400.0);
    part.id = "accel1";
    source->add(part, 300.0, 300.0);
    const auto test = run();
    ASSERT_EQ(test.comparisons.size(), 1u);
    EXPECT_EQ(test.comparisons[0].kind, Kind::WholeAndParts);
    EXPECT_NEAR(test.comparisons[0].second.j, 7000.0, 1.0);
    EXPECT_FALSE(test.agree());
}

TEST_F(SelfTestTest, TwoReadersOfTheSamePackagesAreCompared) {
    source->add(device("a", scope::kPackage, "RAPL"), 100.0, 100.0);
    source->add(device("b", scope::kPackage, "RAPL"), 100.0, 100.0);
    source->add(device("c", scope::kPackage, "pm_counters"), 202.0, 202.0);
    const auto test = run();
    ASSERT_EQ(test.comparisons.size(), 1u);
    EXPECT_NEAR(test.comparisons[0].first.j, 2000.0, 1.0);
    EXPECT_TRUE(test.agree());
}

TEST_F(SelfTestTest, EstimateIsToldBesideTheMeasurementAndProvesNothing) {
    source->add(device("cpu", scope::kPackage, "RAPL"), 100.0, 100.0);
    source->add(device("guess", scope::kHost, "utilisation x rated power", EnergyMethod::Estimated),
                900.0);
    const auto test = run();
    ASSERT_EQ(test.comparisons.size(), 1u);
    EXPECT_EQ(test.comparisons[0].kind, Kind::AgainstEstimate);
    EXPECT_TRUE(test.agree());
}

TEST_F(SelfTestTest, EstimateAloneIsNotASensor) {
    source->add(device("guess", scope::kHost, "utilisation x rated power", EnergyMethod::Estimated),
                20.0);
    EXPECT_THAT(run().nothing_to_compare, HasSubstr("an estimate and no sensor"));
}

TEST_F(SelfTestTest, NothingAtAllIsSaidAtOnceAndFailedReadsAreCounted) {
    EXPECT_THAT(run().nothing_to_compare, HasSubstr("no sensor"));
    source = std::make_unique<FakeSource>(clock);
    source->add(device("gpu", scope::kBoard, "NVML power usage", EnergyMethod::Integrated), 0.0);
    const auto test = run();
    EXPECT_GT(test.reads, 50);
    EXPECT_EQ(test.failed_reads, test.reads);
}

TEST_F(SelfTestTest, LinesSayWhatADeviceTellsAndNotMore) {
    source->add(device("gpu", scope::kBoard, "NVML energy counter, NVML instant power"), 300.0,
                300.0);
    source->add(device("mute", scope::kBoard, "NVML power usage"), 0.0);
    std::vector<std::unique_ptr<PowerSource>> sources;
    sources.push_back(std::move(source));
    const auto lines = checkSensors(sources, clock, 0);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_THAT(lines[0].tells, ElementsAre("power", "counter"));
    EXPECT_TRUE(lines[1].tells.empty());
    EXPECT_FALSE(lines[0].power_s) << "not watched: not known";
    EXPECT_EQ(periodText(0.1), "100 ms");
    EXPECT_EQ(periodText(2.0), "2.0 s");
}

}  // namespace
}  // namespace wattline::cli
