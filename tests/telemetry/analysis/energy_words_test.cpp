// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/energy_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/telemetry/analysis/sample_summary.h"

namespace wattline {
namespace {

using test::sampleSummary;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

RunSummary onHosts(int hosts) {
    auto run = sampleSummary("a", EnergyMethod::Counter, 1000.0, 10.0);
    run.energy[0].device.boot_id = "boot-0";
    run.hosts = hosts;
    return run;
}

void addHost(RunSummary& run, const std::string& boot, EnergyMethod method) {
    auto entry = run.energy[0];
    entry.device.id = "device-of-" + boot;
    entry.device.boot_id = boot;
    entry.device.method = method;
    run.energy.push_back(entry);
}

TEST(EnergyWords, NameTheMethodAndTheScope) {
    EXPECT_EQ(methodWords(onHosts(1)), "counter");
    EXPECT_EQ(scopeWords(onHosts(1)), "board");
    EXPECT_THAT(energyWarnings(onHosts(1)), IsEmpty());
    EXPECT_EQ(methodWords(RunSummary{}), "");
}

TEST(EnergyWords, SumOfTwoMethodsNamesBoth) {
    auto run = onHosts(2);
    addHost(run, "boot-1", EnergyMethod::Integrated);
    EXPECT_EQ(methodWords(run), "counter + integrated");
}

TEST(EnergyWords, HeadlineOfSomeHostsSaysOfHowMany) {
    auto run = onHosts(4);
    addHost(run, "boot-1", EnergyMethod::Counter);
    addHost(run, "boot-2", EnergyMethod::Counter);
    addHost(run, "boot-3", EnergyMethod::Estimated);  // listed, not added
    EXPECT_EQ(methodWords(run), "counter, 3 of 4 hosts");
    EXPECT_THAT(energyWarnings(run), Contains(HasSubstr("3 of 4 hosts")));
}

TEST(EnergyWords, RunWithoutAnySensorSaysSo) {
    RunSummary run;
    run.wall_s = 10.0;
    run.gpu_hours = 1.0;
    EXPECT_THAT(energyWarnings(run), Contains(HasSubstr("No sensor could be read")));
}

TEST(EnergyWords, FlagsAndSilentSensorsAreSentences) {
    auto run = onHosts(1);
    run.energy[0].flags.push_back({"aliasing", "samples march in step"});
    addHost(run, "boot-0", EnergyMethod::None);
    const auto warnings = energyWarnings(run);
    EXPECT_THAT(warnings, Contains(HasSubstr("Test: samples march in step.")));
    EXPECT_THAT(warnings, Contains(HasSubstr("gave no figure")));
}

}  // namespace
}  // namespace wattline
