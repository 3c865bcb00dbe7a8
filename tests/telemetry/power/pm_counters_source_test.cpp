// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/pm_counters_source.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/analysis/ledger.h"
#include "telemetry/power/number_file.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/power/stub_script.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::kAll;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kTenth = 100'000'000;

class PmCountersSourceTest : public testing::Test {
protected:
    void SetUp() override {
        fs::create_directories(counters());
        write("freshness", "17");
        write("energy", "90000 J 1600000000 us");
        write("power", "900 W 1600000000 us");
        write("accel0_energy", "30000 J 1600000000 us");
        write("accel0_power", "300 W 1600000000 us");
    }
    fs::path counters() const { return folder.path() / "cray/pm_counters"; }
    void write(const std::string& file, const std::string& text) {
        std::ofstream(counters() / file) << text << "\n";
    }
    std::unique_ptr<PmCountersSource> open(bool with_accelerators = true) {
        PmCountersSource::Options options;
        options.sysfs_root = folder.path();
        options.with_accelerators = with_accelerators;
        options.read_line = [this](const fs::path& file) {
            auto line = firstLine(file);
            if (on_read) on_read(file.filename().string());
            return line;
        };
        return PmCountersSource::open(options, clock, report);
    }

    test::TemporaryFolder folder;
    test::FakeClock clock;
    SourceReport report;
    std::function<void(const std::string& file)> on_read;
};

TEST_F(PmCountersSourceTest, NodeAndAcceleratorAreReadWithTheirUnits) {
    auto source = open();
    ASSERT_TRUE(source) << report.detail;
    ASSERT_EQ(source->devices().size(), 2u);
    EXPECT_EQ(source->devices()[0].scope, scope::kNode);
    const auto node = source->read(0, kAll);
    EXPECT_EQ(node.power.value().value, 900.0);
    EXPECT_EQ(node.counter.value().value, 90'000.0);
    EXPECT_EQ(source->read(1, kAll).power.value().value, 300.0);
    EXPECT_FALSE(source->read(2, kAll).power);
}

TEST_F(PmCountersSourceTest, NodeContainsItsPartsSoThatTheyAreNotAdded) {
    write("cpu_energy", "9000 J 1 us");
    write("memory_energy", "3000 J 1 us");
    auto source = open();
    ASSERT_TRUE(source);
    std::vector<const PowerDevice*> devices;
    for (const auto& d : source->devices())
        devices.push_back(&d);
    ASSERT_EQ(devices.size(), 4u);
    EXPECT_THAT(headlineDevices(devices), ElementsAre(0));
    for (std::size_t i = 1; i < 4; ++i)
        EXPECT_EQ(devices[i]->part_of, devices[0]->id);
}

TEST_F(PmCountersSourceTest, AcceleratorsOfAnotherLibraryAreLeftToIt) {
    auto source = open(false);
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices().size(), 1u);
}

TEST_F(PmCountersSourceTest, TornSetIsReadAgain) {
    auto source = open();
    ASSERT_TRUE(source);
    int tears = 1;
    on_read = [&](const std::string& file) {
        if (file != "power" || tears-- <= 0) return;
        write("freshness", "18");  // the next set comes between power and energy
        write("power", "100 W 1 us");
        write("energy", "90090 J 1 us");
    };
    const auto reading = source->read(0, kAll);
    EXPECT_EQ(reading.power.value().value, 100.0) << "both of the new set";
    EXPECT_EQ(reading.counter.value().value, 90'090.0);
}

TEST_F(PmCountersSourceTest, SetThatStaysTornIsAGap) {
    auto source = open();
    ASSERT_TRUE(source);
    int fresh = 18;
    on_read = [&](const std::string& file) {
        if (file == "power") write("freshness", std::to_string(fresh++));
    };
    const auto reading = source->read(0, kAll);
    EXPECT_FALSE(reading.power);
    EXPECT_FALSE(reading.counter);
    on_read = {};
    EXPECT_TRUE(source->read(0, kAll).power);
}

TEST_F(PmCountersSourceTest, SetThatNobodyRenewsIsAGapAfterASecond) {
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_TRUE(source->read(0, kAll).power);
    clock.advance(10 * kTenth);
    EXPECT_TRUE(source->read(0, kAll).power);
    clock.advance(kTenth);
    EXPECT_FALSE(source->read(0, kAll).power) << "an old figure is not the power now";
    EXPECT_FALSE(source->read(1, kAll).counter);
    write("freshness", "18");
    EXPECT_TRUE(source->read(0, kAll).power);
}

TEST_F(PmCountersSourceTest, WattsAreNotTakenForJoules) {
    EXPECT_EQ(parsePmCounter("900 J 1600000000 us", "J"), 900.0);
    EXPECT_EQ(parsePmCounter("900 J", "J"), 900.0);
    EXPECT_EQ(parsePmCounter("17", ""), 17.0);
    for (const char* odd : {"900 W 1 us", "900", "900 kJ", "J", "", "-5 J", "nan J", "900J2"})
        EXPECT_FALSE(parsePmCounter(odd, "J")) << odd;
    write("energy", "900 W 1 us");
    auto source = open();
    ASSERT_TRUE(source);
    EXPECT_EQ(source->devices().size(), 1u) << "only the accelerator is left";
    write("accel0_energy", "30000 W 1 us");
    EXPECT_FALSE(source->read(0, kAll).counter);
}

TEST_F(PmCountersSourceTest, WithoutFreshnessNothingIsTrusted) {
    fs::remove(counters() / "freshness");
    EXPECT_FALSE(open());
    EXPECT_EQ(report.access, SensorAccess::Broken);
    EXPECT_THAT(report.detail, HasSubstr("torn"));
    fs::remove_all(counters());
    EXPECT_FALSE(open());
    EXPECT_EQ(report.access, SensorAccess::Absent);
}

}  // namespace
}  // namespace wattline
