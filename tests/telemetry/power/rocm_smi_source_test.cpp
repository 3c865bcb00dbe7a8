// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rocm_smi_source.h"

#include <cmath>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/telemetry/power/stub_script.h"

namespace wattline {
namespace {

using test::kAll;
using test::kPower;
using testing::ElementsAre;
using testing::HasSubstr;

class RocmSmiSourceTest : public testing::Test {
protected:
    void SetUp() override { forget(); }
    void TearDown() override { forget(); }
    static void forget() {
        unsetenv("ROCR_VISIBLE_DEVICES");
        unsetenv("HIP_VISIBLE_DEVICES");
    }
    void pass(double seconds) {
        now_s += seconds;
        clock.advance(static_cast<std::int64_t>(seconds * 1e9));
        stub.setTime(now_s);
    }
    std::unique_ptr<RocmSmiSource> open() {
        RocmSmiSource::Options options;
        options.library_names = {"/nowhere/librocm_smi64.so.6", STUB_ROCM};
        options.wait = [this] { pass(0.25); };
        return RocmSmiSource::open(options, clock, report);
    }
    static std::vector<std::string> ids(const RocmSmiSource& source) {
        std::vector<std::string> list;
        for (const auto& device : source.devices())
            list.push_back(device.id);
        return list;
    }
    test::StubScript stub;
    test::FakeClock clock;
    SourceReport report;
    double now_s = 0.0;
};

TEST_F(RocmSmiSourceTest, PowerEnergyAndStateAreReadThroughTheRealLoader) {
    stub.play("devices 1 AMD Instinct MI300X\n trace 0 0 500");
    auto source = open();
    ASSERT_TRUE(source) << report.detail;
    ASSERT_THAT(ids(*source), ElementsAre("GPU-00000000000000a0"));
    EXPECT_EQ(source->devices()[0].sensor, "ROCm energy counter, ROCm socket power");
    EXPECT_EQ(source->devices()[0].method, EnergyMethod::Counter);
    const auto first = source->read(0, kAll);
    EXPECT_DOUBLE_EQ(first.power.value().value, 500.0);
    pass(10.0);
    EXPECT_NEAR((source->read(0, kAll).counter.value() - first.counter.value()).value, 5000.0, 0.1)
        << "the count times its resolution";
    EXPECT_FALSE(source->read(0, kPower).counter);
    EXPECT_EQ(first.state.temperature_c, 51.5F) << "the junction's, where there is no edge";
    EXPECT_EQ(first.state.sm_clock_mhz, 1700.0F);
    EXPECT_EQ(first.state.memory_clock_mhz, 1600.0F);
    EXPECT_EQ(first.state.power_limit_w, 560.0F);
    EXPECT_EQ(first.state.throttle, throttle::kUnknown) << "not told is not 'none'";
}

TEST_F(RocmSmiSourceTest, EvenDieCarriesBothAndIsCountedOnce) {
    stub.play("devices 4 AMD Instinct MI250X\n trace * 0 200");
    auto source = open();
    ASSERT_TRUE(source);
    ASSERT_THAT(ids(*source), ElementsAre("GPU-00000000000000a0", "GPU-00000000000000a2"));
    EXPECT_DOUBLE_EQ(source->read(0, kPower).power.value().value, 400.0);
    EXPECT_THAT(source->devices()[0].label, HasSubstr("both dies"));
    EXPECT_FALSE(source->devices()[0].attributed);
}

TEST_F(RocmSmiSourceTest, RunOnTheOddDieIsMeasuredByTheEvenOneAndAttributed) {
    stub.play("devices 4 AMD Instinct MI250X");
    setenv("ROCR_VISIBLE_DEVICES", "3", 1);
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(ids(*source), ElementsAre("GPU-00000000000000a2"));
    EXPECT_TRUE(source->devices()[0].attributed) << "the other die may work for somebody else";
}

TEST_F(RocmSmiSourceTest, ListsOfVisibleDevicesNestAndTenIsNotOne) {
    stub.play("devices 16 AMD Instinct MI300X");
    setenv("ROCR_VISIBLE_DEVICES", "10,GPU-00000000000000a3,1", 1);
    setenv("HIP_VISIBLE_DEVICES", "1,0", 1);
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(ids(*source), ElementsAre("GPU-00000000000000a3", "GPU-00000000000000aa"));
}

TEST_F(RocmSmiSourceTest, CounterThatStandsStillOrRunsAwayIsNotUsed) {
    stub.play("devices 3 AMD\n scale 0 0\n scale 1 15");
    auto source = open();
    ASSERT_TRUE(source);
    for (const std::size_t bad : {0U, 1U}) {
        EXPECT_FALSE(source->devices()[bad].has_counter);
        EXPECT_EQ(source->devices()[bad].method, EnergyMethod::Integrated);
        EXPECT_FALSE(source->read(bad, kAll).counter);
        EXPECT_TRUE(source->read(bad, kAll).power);
    }
    EXPECT_TRUE(source->devices()[2].has_counter);
    EXPECT_THAT(report.detail, HasSubstr("counter of GPU 1 does not follow its power"));
}

TEST_F(RocmSmiSourceTest, FailedReadsAreGapsAndTheSensorStaysTheSame) {
    stub.play("devices 1 AMD\n fail socket 10 20\n fail counter 10 20");
    auto source = open();
    ASSERT_TRUE(source);
    pass(12.0);
    const auto reading = source->read(0, kAll);
    EXPECT_FALSE(reading.power) << "not the mean power instead: that is another sensor";
    EXPECT_FALSE(reading.counter);
    pass(10.0);
    EXPECT_TRUE(source->read(0, kAll).power);
}

TEST_F(RocmSmiSourceTest, MeanPowerIsTheSensorWhereTheSocketTellsNone) {
    stub.play("devices 1 AMD\n fail socket\n fail counter");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices()[0].sensor, "ROCm mean power");
    EXPECT_TRUE(source->read(0, kPower).power);
}

TEST_F(RocmSmiSourceTest, WithoutAccessOrLibraryTheReportSaysWhatToDo) {
    stub.play("fail init");
    EXPECT_FALSE(open());
    EXPECT_EQ(report.access, SensorAccess::Denied);
    EXPECT_THAT(report.advice, HasSubstr("render"));
    RocmSmiSource::Options options;
    options.library_names = {"/nowhere/librocm_smi64.so"};
    EXPECT_FALSE(RocmSmiSource::open(options, clock, report));
    EXPECT_EQ(report.access, SensorAccess::Absent);
}

}  // namespace
}  // namespace wattline
