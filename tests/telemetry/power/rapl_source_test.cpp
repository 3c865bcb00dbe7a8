// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/rapl_source.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

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
    EXPECT_THAT(scopes, testing::ElementsAre("package", "dram", "package"));
    EXPECT_THAT(labels, testing::ElementsAre("CPU 0", "DRAM of CPU 0", "CPU 1"));
}

TEST_F(RaplSourceTest, PowerIsTheMeanSinceTheReadBefore) {
    zone("intel-rapl:0", "package-0", "1000000");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(2 * kSecond);
    write("intel-rapl:0/energy_uj", "301000000");
    const auto reading = source->read(0, false);
    EXPECT_NEAR(reading.power.value().value, 150.0, 1e-9);
    EXPECT_NEAR(reading.counter.value().value, 301.0, 1e-9);
}

TEST_F(RaplSourceTest, WrapIsAddedInsteadOfBookedAsNegativeEnergy) {
    zone("intel-rapl:0", "package-0", "262143000000");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "99671149");
    const auto reading = source->read(0, false);
    EXPECT_NEAR(reading.power.value().value, 100.0, 1e-4);
    EXPECT_NEAR(reading.counter.value().value, 262'143.0 + 100.0, 1e-4);
}

TEST_F(RaplSourceTest, ReadThatFailsIsMissingAndTheNextOneBridgesIt) {
    zone("intel-rapl:0", "package-0", "0");
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "garbage");
    EXPECT_FALSE(source->read(0, true).power);
    EXPECT_FALSE(source->read(0, true).counter);
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "200000000");
    EXPECT_NEAR(source->read(0, true).counter.value().value, 200.0, 1e-9);
    EXPECT_FALSE(source->read(7, true).counter);
}

TEST_F(RaplSourceTest, ReadsInQuickSuccessionKeepTheLastMean) {
    zone("intel-rapl:0", "package-0", "0");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_FALSE(source->read(0, true).power) << "no interval yet: unknown, not 0 W";
    clock.advance(kSecond);
    write("intel-rapl:0/energy_uj", "80000000");
    EXPECT_NEAR(source->read(0, true).power.value().value, 80.0, 1e-9);
    clock.advance(1000);
    EXPECT_NEAR(source->read(0, true).power.value().value, 80.0, 1e-9);
}

TEST_F(RaplSourceTest, WithoutZonesTheReportSaysWhy) {
    EXPECT_FALSE(open());
    EXPECT_FALSE(report.usable);
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
        _exit(refused && report.detail.find("chmod a+r") != std::string::npos ? 0 : 1);
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
