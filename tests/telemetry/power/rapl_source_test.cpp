// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rapl_source.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "telemetry/analysis/ledger.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

constexpr ReadRequest kPower{};
constexpr ReadRequest kAll{.counter = true, .state = true};

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;

class RaplSourceTest : public testing::Test {
protected:
    fs::path powercap() const { return folder.path() / "class/powercap"; }
    void zone(const std::string& name, const std::string& kind, const std::string& energy_uj) {
        write(name + "/name", kind);
        write(name + "/energy_uj", energy_uj);
        write(name + "/max_energy_range_uj", "262143328850");
    }
    void write(const std::string& file, const std::string& text) {
        fs::create_directories((powercap() / file).parent_path());
        std::ofstream(powercap() / file) << text << "\n";
    }
    std::unique_ptr<RaplSource> open() { return RaplSource::open(folder.path(), clock, report); }

    test::TemporaryFolder folder;
    test::FakeClock clock;
    SourceReport report;
};

TEST_F(RaplSourceTest, PackagesAndDramAreDevicesAndTheirPartsAreNot) {
    zone("intel-rapl:0", "package-0", "1000000");
    zone("intel-rapl:0:0", "core", "500000");
    zone("intel-rapl:0:1", "dram", "300000");
    zone("intel-rapl:1", "package-1", "1000000");
    zone("intel-rapl:2", "psys", "9000000");
    zone("intel-rapl-mmio:0", "package-0", "1000000");
    auto source = open();
    ASSERT_TRUE(source) << report.detail;
    std::vector<std::string> scopes, labels;
    for (const auto& d : source->devices()) {
        scopes.push_back(d.scope);
        labels.push_back(d.label);
        EXPECT_TRUE(d.id.starts_with("host:")) << "the key is the host, never a rank";
        EXPECT_EQ(d.method, EnergyMethod::Counter);
    }
    EXPECT_THAT(scopes, testing::ElementsAre("package", "dram", "package", "platform"));
    EXPECT_THAT(labels, testing::ElementsAre("CPU 0", "DRAM of CPU 0", "CPU 1", "platform (psys)"));
    std::vector<const PowerDevice*> all;
    for (const auto& d : source->devices())
        all.push_back(&d);
    EXPECT_THAT(headlineDevices(all), testing::ElementsAre(0, 1, 2)) << "psys is never added";
}

TEST_F(RaplSourceTest, PowerIsTheMeanSinceTheReadBefore) {
    zone("intel-rapl:0", "package-0", "1000000");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(2 * kSecond);
    write("intel-rapl:0/energy_uj", "301000000");
    const auto reading = source->read(0, kPower);
    EXPECT_NEAR(reading.power.value().value, 150.0, 1e-9);
    EXPECT_NEAR(reading.counter.value().value, 301.0, 1e-9);
}

TEST_F(RaplSourceTest, WrapIsAddedInsteadOfBookedAsNegativeEnergy) {
    zone("intel-rapl:0", "package-0", "262143000000");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "99671149");
    const auto reading = source->read(0, kPower);
    EXPECT_NEAR(reading.power.value().value, 100.0, 1e-4);
    EXPECT_NEAR(reading.counter.value().value, 262'143.0 + 100.0, 1e-4);
}

TEST_F(RaplSourceTest, ResetIsNotBookedAsAWrap) {
    zone("intel-rapl:0", "package-0", "150000000000");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "5000000");  // as a wrap: 112 kJ in one second
    const auto reading = source->read(0, kPower);
    EXPECT_FALSE(reading.power);
    EXPECT_LT(reading.counter.value().value, 150'000.0) << "what was lost is not known";
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "65000000");
    const auto next = source->read(0, kPower);
    EXPECT_NEAR(next.power.value().value, 60.0, 1e-9);
    EXPECT_NEAR(next.counter.value().value - reading.counter.value().value, 60.0, 1e-9);
}

TEST_F(RaplSourceTest, SilenceThatMayHoldSeveralWrapsIsNotCounted) {
    zone("intel-rapl:0", "package-0", "100000000000");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(600 * kSecond);  // at 1 kW the counter may have come round twice
    write("intel-rapl:0/energy_uj", "130000000000");
    const auto reading = source->read(0, kPower);
    EXPECT_FALSE(reading.power);
    EXPECT_LT(reading.counter.value().value, 100'000.0);
}

TEST_F(RaplSourceTest, ZonesThatAContainerMasksAreReportedAsDenied) {
    fs::create_directories(powercap());
    fs::create_symlink("../../devices/virtual/powercap/nowhere", powercap() / "intel-rapl:0");
    EXPECT_FALSE(open());
    EXPECT_EQ(report.access, SensorAccess::Denied);
    EXPECT_THAT(report.detail, HasSubstr("masked"));
    EXPECT_THAT(report.advice, HasSubstr("systempaths"));
}

TEST_F(RaplSourceTest, ReadThatFailsIsMissingAndTheNextOneBridgesIt) {
    zone("intel-rapl:0", "package-0", "0");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "garbage");
    EXPECT_FALSE(source->read(0, kAll).power);
    EXPECT_FALSE(source->read(0, kAll).counter);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "200000000");
    EXPECT_NEAR(source->read(0, kAll).counter.value().value, 200.0, 1e-9);
    EXPECT_FALSE(source->read(7, kAll).counter);
}

TEST_F(RaplSourceTest, ReadsInQuickSuccessionKeepTheLastMean) {
    zone("intel-rapl:0", "package-0", "0");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_FALSE(source->read(0, kAll).power) << "no interval yet: unknown, not 0 W";
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "80000000");
    EXPECT_NEAR(source->read(0, kAll).power.value().value, 80.0, 1e-9);
    clock.advance(1000);
    EXPECT_NEAR(source->read(0, kAll).power.value().value, 80.0, 1e-9);
}

TEST_F(RaplSourceTest, WithoutZonesTheReportSaysWhy) {
    EXPECT_FALSE(open());
    EXPECT_FALSE(report.usable());
    EXPECT_THAT(report.detail, HasSubstr("no RAPL zone"));
}

TEST_F(RaplSourceTest, DeniedPermissionIsReportedWithTheLineThatChangesIt) {
    zone("intel-rapl:0", "package-0", "0");
    fs::permissions(folder.path(), fs::perms(0755));
    fs::permissions(powercap() / "intel-rapl:0/energy_uj", fs::perms(0400));
    const pid_t child = fork();  // root may read everything: ask as somebody else
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(3);
        if (geteuid() != 65534) fs::permissions(powercap() / "intel-rapl:0/energy_uj", {});
        const bool refused = open() == nullptr;
        _exit(refused && report.access == SensorAccess::Denied &&
                      report.advice.find("chmod a+r") != std::string::npos
                  ? 0
                  : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
}

TEST_F(RaplSourceTest, ZoneWithoutItsRangeIsLeftOut) {
    zone("intel-rapl:0", "package-0", "0");
    fs::remove(powercap() / "intel-rapl:0/max_energy_range_uj");
    EXPECT_FALSE(open());
    EXPECT_THAT(report.detail, HasSubstr("max_energy_range_uj"));
}

}  // namespace
}  // namespace wattline
