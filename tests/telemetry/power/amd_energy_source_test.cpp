// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/amd_energy_source.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/power/stub_script.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::kAll;
using test::kPower;

constexpr std::int64_t kSecond = 1'000'000'000;

class AmdEnergySourceTest : public testing::Test {
protected:
    void SetUp() override {
        write("hwmon0/name", "nvme");
        write("hwmon3/name", "amd_energy");
        sensor(1, "Ecore000", "5000000");
        sensor(2, "Esocket0", "70000000");
        sensor(10, "Esocket1", "80000000");
    }
    void sensor(int number, const std::string& label, const std::string& uj) {
        const auto stem = "hwmon3/energy" + std::to_string(number);
        write(stem + "_label", label);
        write(stem + "_input", uj);
    }
    void write(const std::string& file, const std::string& text) {
        const auto path = folder.path() / "class/hwmon" / file;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << text << "\n";
    }
    std::unique_ptr<AmdEnergySource> open() {
        return AmdEnergySource::open(folder.path(), clock, report);
    }
    test::TemporaryFolder folder;
    test::FakeClock clock;
    SourceReport report;
};

TEST_F(AmdEnergySourceTest, SocketsAreDevicesAndTheirCoresAreNotAddedToThem) {
    auto source = open();
    ASSERT_TRUE(source) << report.detail;
    ASSERT_EQ(source->devices().size(), 2u);
    for (const auto& device : source->devices()) {
        EXPECT_EQ(device.scope, scope::kPackage);
        EXPECT_TRUE(device.id.starts_with("host:")) << "the key is the host, never a rank";
    }
    EXPECT_NE(source->devices()[0].id, source->devices()[1].id);
}

TEST_F(AmdEnergySourceTest, PowerIsTheMeanSinceTheReadBefore) {
    auto source = open();
    ASSERT_TRUE(source);
    const std::size_t first = source->devices()[0].label == "CPU 0" ? 0 : 1;
    clock.advance(2 * kSecond);
    sensor(2, "Esocket0", "270000000");
    const auto reading = source->read(first, kPower);
    EXPECT_NEAR(reading.power.value().value, 100.0, 1e-9);
    EXPECT_NEAR(reading.counter.value().value, 270.0, 1e-9);
}

TEST_F(AmdEnergySourceTest, CounterThatGoesBackIsAResetAndFailedReadsAreGaps) {
    auto source = open();
    ASSERT_TRUE(source);
    clock.advance(kSecond);
    sensor(2, "Esocket0", "1000");
    sensor(10, "Esocket1", "1000");
    EXPECT_FALSE(source->read(0, kAll).power) << "the module was loaded anew";
    EXPECT_LT(source->read(0, kAll).counter.value().value, 70.0);
    sensor(2, "Esocket0", "");
    sensor(10, "Esocket1", "");
    EXPECT_FALSE(source->read(0, kAll).counter) << "never 0 J";
    EXPECT_FALSE(source->read(9, kAll).counter);
}

TEST_F(AmdEnergySourceTest, HostWithoutTheDriverIsToldSo) {
    fs::remove_all(folder.path() / "class/hwmon/hwmon3");
    EXPECT_FALSE(open());
    EXPECT_EQ(report.access, SensorAccess::Absent);
}

}  // namespace
}  // namespace wattline
