// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/nvml_source.h"

#include <cmath>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/telemetry/power/stub_script.h"

namespace wattline {
namespace {

using test::kAll;
using test::kPower;
using testing::ElementsAre;
using testing::HasSubstr;

class NvmlSourceTest : public testing::Test {
protected:
    void SetUp() override { unsetenv("CUDA_VISIBLE_DEVICES"); }
    void TearDown() override { unsetenv("CUDA_VISIBLE_DEVICES"); }
    static void show(const char* visible) { setenv("CUDA_VISIBLE_DEVICES", visible, 1); }
    std::unique_ptr<NvmlSource> open(const char* library = STUB_CURRENT) {
        return NvmlSource::open(library, report);
    }
    static std::vector<std::string> ids(const NvmlSource& source) {
        std::vector<std::string> list;
        for (const auto& device : source.devices())
            list.push_back(device.id);
        return list;
    }
    test::StubScript stub;
    SourceReport report;
};

TEST_F(NvmlSourceTest, OneBoardIsReadThroughTheRealLoader) {
    stub.play("devices 1 NVIDIA A100\n trace 0 0 300");
    auto source = open();
    ASSERT_TRUE(source) << report.detail;
    ASSERT_EQ(source->devices().size(), 1u);
    const auto& device = source->devices()[0];
    EXPECT_EQ(device.id, "GPU-00000000-stub");
    EXPECT_EQ(device.label, "NVIDIA A100");
    EXPECT_EQ(device.scope, scope::kBoard);
    EXPECT_EQ(device.method, EnergyMethod::Counter);
    EXPECT_EQ(device.sensor, "NVML energy counter, NVML instant power");
    EXPECT_EQ(device.averaged_share, 0.25);
    EXPECT_FALSE(device.attributed);
    const auto first = source->read(0, kAll);
    EXPECT_DOUBLE_EQ(first.power.value().value, 300.0);
    stub.setTime(10.0);
    EXPECT_NEAR(source->read(0, kAll).counter.value().value - first.counter.value().value, 3000.0,
                0.01);
    EXPECT_FALSE(source->read(0, kPower).counter) << "counters cost milliseconds";
    EXPECT_FALSE(source->read(1, kAll).power) << "there is no such device";
}

TEST_F(NvmlSourceTest, SixteenBoardsAreToldApart) {
    for (const int count : {8, 16}) {
        std::string script = "devices " + std::to_string(count) + "\n";
        for (int i = 0; i < count; ++i)
            script += "trace " + std::to_string(i) + " 0 " + std::to_string(100 + i) + "\n";
        stub.play(script);
        auto source = open();
        ASSERT_TRUE(source);
        ASSERT_EQ(source->devices().size(), static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < source->devices().size(); ++i)
            EXPECT_DOUBLE_EQ(source->read(i, kPower).power.value().value,
                             100.0 + static_cast<double>(i));
    }
}

TEST_F(NvmlSourceTest, GpuTenIsNotGpuOne) {
    stub.play("devices 16\n trace 10 0 110");
    show("10, 3,1");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(ids(*source),
                ElementsAre("GPU-0000000a-stub", "GPU-00000003-stub", "GPU-00000001-stub"));
    EXPECT_DOUBLE_EQ(source->read(0, kPower).power.value().value, 110.0);
}

TEST_F(NvmlSourceTest, UuidsMaySelectBoardsInAnyOrder) {
    stub.play("devices 4");
    show("GPU-00000003-stub,GPU-00000001");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(ids(*source), ElementsAre("GPU-00000003-stub", "GPU-00000001-stub"));
}

TEST_F(NvmlSourceTest, BoardKeepsItsIdAndItsReadingsWhenIndicesAreReordered) {
    for (const char* order : {"order 0 1 2", "order 2 0 1"}) {
        stub.play("devices 3\n trace 0 0 100\n trace 1 0 200\n trace 2 0 300\n" +
                  std::string(order));
        show("GPU-00000002-stub");
        auto source = open();
        ASSERT_TRUE(source);
        EXPECT_THAT(ids(*source), ElementsAre("GPU-00000002-stub"));
        EXPECT_DOUBLE_EQ(source->read(0, kPower).power.value().value, 300.0) << order;
    }
}

TEST_F(NvmlSourceTest, TwoMigSlicesOfOneBoardAreOneBoardThatSaysSo) {
    stub.play("devices 4\n mig 2");
    show("MIG-2-a,MIG-2-b");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(ids(*source), ElementsAre("GPU-00000002-stub"));
    EXPECT_TRUE(source->devices()[0].attributed);
    EXPECT_THAT(source->devices()[0].label, HasSubstr("the whole board"));
}

TEST_F(NvmlSourceTest, BoardCutIntoSlicesIsAttributedHoweverItWasChosen) {
    stub.play("devices 2\n mig 1");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_FALSE(source->devices()[0].attributed);
    EXPECT_TRUE(source->devices()[1].attributed);
}

TEST_F(NvmlSourceTest, OlderNamesOfSlicesHoldTheirBoards) {
    stub.play("devices 3\n fail mig-uuid");
    show("MIG-GPU-00000001-stub/7/0,MIG-GPU-00000001-stub/8/0");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(ids(*source), ElementsAre("GPU-00000001-stub"));
}

TEST_F(NvmlSourceTest, NoVisibleDeviceIsAReport) {
    stub.play("devices 4");
    for (const char* none : {"", "-1", "GPU-", "7", "x"}) {
        show(none);
        EXPECT_FALSE(open()) << none;
        EXPECT_FALSE(report.usable());
        EXPECT_THAT(report.detail, HasSubstr("CUDA_VISIBLE_DEVICES"));
    }
}

TEST_F(NvmlSourceTest, OldDriverWithoutCounterAndFieldsStillGivesPower) {
    auto source = open(STUB_OLD);
    ASSERT_TRUE(source) << report.detail;
    EXPECT_EQ(source->devices()[0].method, EnergyMethod::Integrated);
    EXPECT_EQ(source->devices()[0].sensor, "NVML power usage");
    EXPECT_FALSE(source->devices()[0].has_counter);
    const auto reading = source->read(0, kAll);
    EXPECT_DOUBLE_EQ(reading.power.value().value, 100.0);
    EXPECT_FALSE(reading.counter);
    EXPECT_TRUE(std::isnan(reading.state.temperature_c)) << "missing is missing, never 0 degrees";
    EXPECT_EQ(reading.state.throttle, throttle::kUnknown);
}

TEST_F(NvmlSourceTest, LibraryWithoutNeededFunctionsIsRefusedWithASentence) {
    EXPECT_FALSE(open(STUB_BROKEN));
    EXPECT_EQ(report.access, SensorAccess::Broken);
    EXPECT_THAT(report.detail, HasSubstr("lacks functions"));
}

TEST_F(NvmlSourceTest, FailedReadIsMissingAndNeverZero) {
    stub.play("fail field 10 20\n fail counter 10 20\n fail zero-field 20 30\n"
              "fail zero-counter 20 30");
    auto source = open();
    ASSERT_TRUE(source);
    for (const double t : {10.0, 25.0}) {
        stub.setTime(t);
        const auto reading = source->read(0, kAll);
        EXPECT_FALSE(reading.power) << t;
        EXPECT_FALSE(reading.counter) << t;
    }
    stub.setTime(30.0);
    const auto after = source->read(0, kAll);
    EXPECT_DOUBLE_EQ(after.power.value().value, 100.0) << "the next read counts again";
    EXPECT_NEAR(after.counter.value().value, 4000.0, 0.01) << "and the counter went on meanwhile";
}

TEST_F(NvmlSourceTest, PowerPolledTooFastIsAGap) {
    stub.play("poll-floor 0.05");
    stub.setTime(0.0);
    auto source = open();  // looks once, and is refused when it asks again at once
    ASSERT_TRUE(source);
    stub.setTime(0.1);
    EXPECT_TRUE(source->read(0, kPower).power);
    stub.setTime(0.12);
    EXPECT_FALSE(source->read(0, kPower).power);
    stub.setTime(0.16);
    EXPECT_TRUE(source->read(0, kPower).power);
}

TEST_F(NvmlSourceTest, SensorThatIsBusyAtTheStartIsAskedAgainBeforeAnotherIsTaken) {
    stub.play("fail-first field 1");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_THAT(source->devices()[0].sensor, HasSubstr("instant power"));
}

TEST_F(NvmlSourceTest, WithoutInstantPowerThePowerUsageIsTheSensor) {
    stub.play("fail field\n mean 1\n trace 0 0 100 10 100 10.001 300");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices()[0].sensor, "NVML energy counter, NVML power usage");
    stub.setTime(10.5);
    EXPECT_NEAR(source->read(0, kPower).power.value().value, 200.0, 1.0) << "a trailing mean";
}

TEST_F(NvmlSourceTest, ResetCounterIsTheLowerValueSoThatTheLedgerSeesTheReset) {
    stub.play("reset 0 50");
    auto source = open();
    ASSERT_TRUE(source);
    stub.setTime(40.0);
    const double before = source->read(0, kAll).counter.value().value;
    stub.setTime(60.0);
    const double after = source->read(0, kAll).counter.value().value;
    EXPECT_LT(after, before) << "never unwrapped: nobody knows what the driver's reload lost";
    stub.setTime(61.0);
    EXPECT_NEAR(source->read(0, kAll).counter.value().value - after, 100.0, 0.01);
}

TEST_F(NvmlSourceTest, BoardThatTellsNothingIsNamedInTheReport) {
    stub.play("devices 1\n fail field\n fail counter\n fail power");
    EXPECT_FALSE(open());
    EXPECT_EQ(report.access, SensorAccess::Broken);
    EXPECT_THAT(report.detail, HasSubstr("GPU 0 tells neither power nor energy"));
}

TEST_F(NvmlSourceTest, StateIsReadWhenAskedFor) {
    auto source = open();
    ASSERT_TRUE(source);
    const auto state = source->read(0, kAll).state;
    EXPECT_EQ(state.temperature_c, 40.0F);
    EXPECT_EQ(state.sm_clock_mhz, 1410.0F);
    EXPECT_EQ(state.memory_clock_mhz, 1593.0F);
    EXPECT_EQ(state.utilisation, 0.75F);
    EXPECT_EQ(state.power_limit_w, 400.0F);
    EXPECT_EQ(state.throttle, throttle::kPowerCap | throttle::kThermal);
    EXPECT_EQ(state.memory_used_bytes, 8.0e9);
    EXPECT_TRUE(std::isnan(source->read(0, kPower).state.temperature_c));
    stub.play("fail state");
    source = open();
    ASSERT_TRUE(source);
    EXPECT_TRUE(std::isnan(source->read(0, kAll).state.power_limit_w)) << "never 0 W";
}

TEST_F(NvmlSourceTest, GraceHopperIsAModuleThatContainsItsGpuAndItsCpu) {
    stub.play("devices 1 NVIDIA GH200 480GB\n trace 0 0 400\n module 0 200");
    auto source = open();
    ASSERT_TRUE(source);
    ASSERT_THAT(ids(*source), ElementsAre("GPU-00000000-stub", "GPU-00000000-stub/gpu",
                                          "GPU-00000000-stub/memory"));
    const auto& module = source->devices()[0];
    const auto& gpu = source->devices()[1];
    EXPECT_EQ(module.scope, scope::kModule);
    EXPECT_TRUE(module.has_counter);
    EXPECT_FALSE(gpu.has_counter);
    EXPECT_DOUBLE_EQ(source->read(0, kPower).power.value().value, 600.0);
    EXPECT_DOUBLE_EQ(source->read(1, kPower).power.value().value, 400.0);
    EXPECT_FALSE(source->read(1, kAll).counter);
    EXPECT_TRUE(contains(module, gpu));
    PowerDevice cpu;
    cpu.boot_id = module.boot_id;
    cpu.scope = scope::kPackage;
    EXPECT_TRUE(contains(module, cpu)) << "the CPU's energy is in the module's counter";
    cpu.boot_id = "another host";
    EXPECT_FALSE(contains(module, cpu));
}

TEST_F(NvmlSourceTest, ModuleWithoutItsOwnPowerScopeHasNoPowerButTheCounter) {
    stub.play("devices 1 NVIDIA GH200 480GB");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices()[0].sensor, "NVML energy counter");
    EXPECT_FALSE(source->read(0, kPower).power) << "the GPU's power is not the module's";
}

TEST_F(NvmlSourceTest, MemoryPowerIsAPartOfItsBoard) {
    stub.play("devices 1 NVIDIA H100\n trace 0 0 500");
    auto source = open();
    ASSERT_TRUE(source);
    ASSERT_EQ(source->devices().size(), 2u);
    EXPECT_EQ(source->devices()[1].scope, scope::kMemory);
    EXPECT_TRUE(contains(source->devices()[0], source->devices()[1]));
    EXPECT_DOUBLE_EQ(source->read(1, kPower).power.value().value, 100.0);
}

TEST_F(NvmlSourceTest, DriverThatDoesNotStartAndMissingLibraryAreReports) {
    stub.play("fail init");
    EXPECT_FALSE(open());
    EXPECT_THAT(report.detail, HasSubstr("NVML does not start (code 9 Driver Not Loaded)"));
    EXPECT_FALSE(open("/nowhere/libnvidia-ml.so.1"));
    EXPECT_EQ(report.access, SensorAccess::Absent);
    EXPECT_THAT(report.detail, HasSubstr("no NVIDIA driver on this host"));
}

}  // namespace
}  // namespace wattline
