// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/nvml_source.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wattline {
namespace {

using testing::HasSubstr;

class NvmlSourceTest : public testing::Test {
protected:
    void SetUp() override { clear(); }
    void TearDown() override { clear(); }
    static void clear() {
        for (const char* name : {"STUB_GPUS", "STUB_FAIL", "STUB_NAME", "CUDA_VISIBLE_DEVICES"})
            unsetenv(name);
    }
    static void set(const char* name, const char* value) { setenv(name, value, 1); }
    std::unique_ptr<NvmlSource> open(const char* library = STUB_CURRENT) {
        return NvmlSource::open(library, report);
    }
    static std::vector<std::string> ids(const NvmlSource& source) {
        std::vector<std::string> list;
        for (const auto& device : source.devices())
            list.push_back(device.id);
        return list;
    }
    SourceReport report;
};

TEST_F(NvmlSourceTest, OneBoardIsReadThroughTheRealLoader) {
    auto source = open();
    ASSERT_TRUE(source) << report.detail;
    ASSERT_EQ(source->devices().size(), 1u);
    const auto& device = source->devices()[0];
    EXPECT_EQ(device.id, "GPU-00000000-stub");
    EXPECT_EQ(device.label, "NVIDIA Stub");
    EXPECT_EQ(device.scope, "board");
    EXPECT_EQ(device.method, EnergyMethod::Counter);
    EXPECT_EQ(device.sensor, "NVML energy counter, NVML instant power");
    const auto reading = source->read(0, true);
    EXPECT_DOUBLE_EQ(reading.power.value().value, 100.0);
    const double first = reading.counter.value().value;
    EXPECT_NEAR(source->read(0, true).counter.value().value, first + 1.0, 1e-9);
    EXPECT_FALSE(source->read(0, false).counter) << "counters cost milliseconds";
    EXPECT_FALSE(source->read(1, true).power) << "there is no such device";
}

TEST_F(NvmlSourceTest, SixteenBoardsAreToldApart) {
    set("STUB_GPUS", "16");
    auto source = open();
    ASSERT_TRUE(source);
    ASSERT_EQ(source->devices().size(), 16u);
    for (std::size_t i = 0; i < 16; ++i)
        EXPECT_DOUBLE_EQ(source->read(i, false).power.value().value,
                         100.0 + static_cast<double>(i));
}

TEST_F(NvmlSourceTest, GpuTenIsNotGpuOne) {
    set("STUB_GPUS", "16");
    set("CUDA_VISIBLE_DEVICES", "10, 3,1");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(ids(*source), (std::vector<std::string>{"GPU-0000000a-stub", "GPU-00000003-stub",
                                                      "GPU-00000001-stub"}));
    EXPECT_DOUBLE_EQ(source->read(0, false).power.value().value, 110.0);
}

TEST_F(NvmlSourceTest, UuidsMaySelectBoardsInAnyOrder) {
    set("STUB_GPUS", "4");
    set("CUDA_VISIBLE_DEVICES", "GPU-00000003-stub,GPU-00000001");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(ids(*source), (std::vector<std::string>{"GPU-00000003-stub", "GPU-00000001-stub"}));
}

TEST_F(NvmlSourceTest, TwoMigSlicesOfOneBoardAreOneBoard) {
    set("STUB_GPUS", "4");
    set("CUDA_VISIBLE_DEVICES", "MIG-2-a,MIG-2-b");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(ids(*source), (std::vector<std::string>{"GPU-00000002-stub"}));
}

TEST_F(NvmlSourceTest, NoVisibleDeviceIsAReport) {
    for (const char* none : {"", "-1", "GPU-", "7", "x"}) {
        set("STUB_GPUS", "4");
        set("CUDA_VISIBLE_DEVICES", none);
        EXPECT_FALSE(open()) << none;
        EXPECT_FALSE(report.usable);
        EXPECT_THAT(report.detail, HasSubstr("CUDA_VISIBLE_DEVICES"));
    }
}

TEST_F(NvmlSourceTest, OldDriverWithoutCounterAndFieldsStillGivesPower) {
    auto source = open(STUB_OLD);
    ASSERT_TRUE(source) << report.detail;
    EXPECT_EQ(source->devices()[0].method, EnergyMethod::Integrated);
    EXPECT_EQ(source->devices()[0].sensor, "NVML power usage");
    const auto reading = source->read(0, true);
    EXPECT_DOUBLE_EQ(reading.power.value().value, 100.0);
    EXPECT_FALSE(reading.counter);
}

TEST_F(NvmlSourceTest, LibraryWithoutNeededFunctionsIsRefusedWithASentence) {
    EXPECT_FALSE(open(STUB_BROKEN));
    EXPECT_THAT(report.detail, HasSubstr("lacks functions"));
}

TEST_F(NvmlSourceTest, FailedReadIsMissingAndNeverZero) {
    auto source = open();
    ASSERT_TRUE(source);
    for (const char* failure : {"instant,energy", "zero,energy"}) {
        set("STUB_FAIL", failure);
        const auto reading = source->read(0, true);
        EXPECT_FALSE(reading.power) << failure;
        EXPECT_FALSE(reading.counter) << failure;
    }
    set("STUB_FAIL", "");
    EXPECT_TRUE(source->read(0, true).power) << "the next read counts again";
}

TEST_F(NvmlSourceTest, WithoutInstantPowerThePowerUsageIsTheSensor) {
    set("STUB_FAIL", "instant");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices()[0].sensor, "NVML energy counter, NVML power usage");
    EXPECT_TRUE(source->read(0, false).power);
}

TEST_F(NvmlSourceTest, CounterThatWentBackIsNotUsedAgain) {
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_TRUE(source->read(0, true).counter);
    set("STUB_FAIL", "reset");
    EXPECT_FALSE(source->read(0, true).counter);
    set("STUB_FAIL", "");
    EXPECT_FALSE(source->read(0, true).counter) << "what was lost in between is unknown";
    EXPECT_TRUE(source->read(0, true).power);
}

TEST_F(NvmlSourceTest, BoardThatTellsNothingIsNamedInTheReport) {
    set("STUB_FAIL", "instant,energy,power");
    EXPECT_FALSE(open());
    EXPECT_THAT(report.detail, HasSubstr("GPU 0 tells neither power nor energy"));
}

TEST_F(NvmlSourceTest, GraceHopperIsAModuleAndReadWithItsScope) {
    set("STUB_NAME", "NVIDIA GH200 480GB");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices()[0].scope, "module");
    EXPECT_DOUBLE_EQ(source->read(0, false).power.value().value, 600.0);
}

TEST_F(NvmlSourceTest, DriverThatDoesNotStartAndMissingLibraryAreReports) {
    set("STUB_FAIL", "init");
    EXPECT_FALSE(open());
    EXPECT_THAT(report.detail, HasSubstr("NVML does not start (code 9 Driver Not Loaded)"));
    EXPECT_FALSE(open("/nowhere/libnvidia-ml.so.1"));
    EXPECT_THAT(report.detail, HasSubstr("no NVIDIA driver on this host"));
}

}  // namespace
}  // namespace wattline
