// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/estimate_source.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

constexpr ReadRequest kPower{};
constexpr ReadRequest kAll{.counter = true, .state = true};

using testing::HasSubstr;

TEST(RatedPower, UsersFigureComesFirst) {
    const auto rated = ratedPower(180.0, "processor\t: 0\nmodel name\t: AMD EPYC 7742 64-Core\n");
    EXPECT_EQ(rated.w, 180.0);
    EXPECT_EQ(rated.gain_low, 0.5);
    EXPECT_EQ(rated.gain_high, 1.5);
}

std::string cpuinfo(const std::string& model, int logical, int sockets) {
    std::string text;
    for (int i = 0; i < logical; ++i)
        text += "processor\t: " + std::to_string(i) + "\nmodel name\t: " + model +
                "\nphysical id\t: " + std::to_string(i % sockets) + "\n\n";
    return text;
}

TEST(RatedPower, KnownProcessorsHaveTheirThermalDesignPowerPerSocket) {
    const auto rated =
        ratedPower(0.0, cpuinfo("Intel(R) Xeon(R) Platinum 8368 CPU @ 2.40GHz", 152, 2));
    EXPECT_EQ(rated.w, 540.0);
    EXPECT_THAT(rated.origin, HasSubstr("thermal design power"));
}

TEST(RatedPower, VirtualMachineGetsItsShareOfTheSocket) {
    EXPECT_DOUBLE_EQ(ratedPower(0.0, cpuinfo("AMD EPYC 7742 64-Core Processor", 4, 1)).w,
                     225.0 * 4 / 128);
}

TEST(RatedPower, UnknownProcessorsGetTenWattsPerLogicalCoreMarkedDefault) {
    const auto rated = ratedPower(0.0, cpuinfo("AMD EPYC", 2, 1));
    EXPECT_EQ(rated.w, 20.0);
    EXPECT_EQ(rated.gain_low, 0.3);
    EXPECT_EQ(rated.gain_high, 3.0);
    EXPECT_THAT(rated.origin, HasSubstr("default"));
    EXPECT_EQ(ratedPower(0.0, "").w, 10.0);
}

TEST(CpuTicks, WaitingAndStolenTimeIsNotBusy) {
    const auto ticks = parseCpuTicks("cpu  100 10 20 300 40 5 6 7 50 0\ncpu0 1 2 3\n");
    ASSERT_TRUE(ticks);
    EXPECT_EQ(ticks->total, 488u);
    EXPECT_EQ(ticks->busy, 141u);
}

TEST(CpuTicks, OddTextIsRefused) {
    for (const char* odd :
         {"", "cpu", "cpu  1 2 3", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 x 4 5 6 7 8"})
        EXPECT_FALSE(parseCpuTicks(odd)) << odd;
}

class EstimateSourceTest : public testing::Test {
protected:
    void stat(unsigned busy, unsigned idle) {
        std::ofstream(folder.path() / "stat")
            << "cpu  " << busy << " 0 0 " << idle << " 0 0 0 0 0 0\n";
    }
    std::unique_ptr<EstimateSource> open(double rated_w) {
        return EstimateSource::open(folder.path(), rated_w, report);
    }
    test::TemporaryFolder folder;
    SourceReport report;
};

TEST_F(EstimateSourceTest, PowerIsUtilisationSinceTheLastReadTimesRatedPower) {
    stat(1000, 1000);
    auto source = open(200.0);
    ASSERT_TRUE(source);
    stat(1030, 1070);
    EXPECT_NEAR(source->read(0, kAll).power.value().value, 60.0, 1e-9);
    EXPECT_FALSE(source->read(0, kAll).counter);
    stat(1130, 1070);
    EXPECT_NEAR(source->read(0, kAll).power.value().value, 200.0, 1e-9);
}

TEST_F(EstimateSourceTest, DeviceIsVisiblyAnEstimateOfTheHost) {
    stat(1, 1);
    auto source = open(0.0);
    ASSERT_TRUE(source);
    const auto& device = source->devices().at(0);
    EXPECT_EQ(device.method, EnergyMethod::Estimated);
    EXPECT_EQ(device.scope, "host");
    EXPECT_EQ(device.label, "CPU (estimated)");
    EXPECT_TRUE(device.id.starts_with("host:") && device.id.ends_with("/cpu")) << device.id;
    EXPECT_THAT(device.sensor, HasSubstr("default"));
    EXPECT_THAT(report.advice, HasSubstr("--rated-power-w"));
}

TEST_F(EstimateSourceTest, WithoutAnIntervalTheFirstReadIsUnknownAndLaterOnesRepeat) {
    stat(10, 10);
    auto source = open(100.0);
    ASSERT_TRUE(source);
    EXPECT_FALSE(source->read(0, kPower).power);
    stat(20, 10);
    EXPECT_NEAR(source->read(0, kPower).power.value().value, 100.0, 1e-9);
    EXPECT_NEAR(source->read(0, kPower).power.value().value, 100.0, 1e-9);
    stat(5, 5);
    EXPECT_NEAR(source->read(0, kPower).power.value().value, 100.0, 1e-9) << "ticks went back";
}

TEST_F(EstimateSourceTest, FileThatVanishesIsAFailedRead) {
    EXPECT_FALSE(open(0.0));
    EXPECT_FALSE(report.usable());
    stat(1, 1);
    auto source = open(0.0);
    ASSERT_TRUE(source);
    std::filesystem::remove(folder.path() / "stat");
    EXPECT_FALSE(source->read(0, kPower).power);
}

}  // namespace
}  // namespace wattline
