// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "telemetry/analysis/ledger.h"
#include "tests/telemetry/analysis/ledger_samples.h"

namespace wattline {
namespace {

using namespace test;

TEST(Headline, MeasuredDevicesAloneCountAndTheEstimateOnlyWhereNothingIsMeasured) {
    EnergyLedger ledger;
    sample(ledger, ledger.addDevice(gpu("a")), 10.0, [](double) { return 100.0; });
    sample(ledger, ledger.addDevice(estimate("cpu")), 10.0, [](double) { return 40.0; });
    const auto entries = ledger.entries(0.0, 10.0);
    const auto both = headline(entries);
    EXPECT_EQ(both.method, EnergyMethod::Integrated);
    EXPECT_NEAR(both.j, 1000.0, 1e-6);
    const auto alone = headline({entries[1]});
    EXPECT_EQ(alone.method, EnergyMethod::Estimated);
    EXPECT_NEAR(alone.j, 400.0, 1e-6);
    EXPECT_NEAR(ledger.latestPower().value(), 100.0, 1e-9);
}

EnergyEntry entryOf(const std::string& id, const std::string& scope, const std::string& boot,
                    double j, EnergyMethod method = EnergyMethod::Counter) {
    EnergyEntry e;
    e.device = gpu(id, method);
    e.device.scope = scope;
    e.device.boot_id = boot;
    e.j = j;
    e.low_j = j - 10.0;
    e.high_j = j + 10.0;
    e.u_j = 10.0;
    return e;
}

TEST(Headline, ScopesAreNeverAddedTwice) {
    const auto sum =
        headline({entryOf("m", "module", "n1", 1000.0), entryOf("p", "package", "n1", 200.0),
                  entryOf("d", "dram", "n1", 50.0), entryOf("h", "host", "n2", 300.0),
                  entryOf("p2", "package", "n2", 100.0), entryOf("g", "board", "n2", 500.0)});
    EXPECT_EQ(sum.used, (std::vector<std::size_t>{0, 3, 5}));
    EXPECT_NEAR(sum.j, 1800.0, 1e-9);
}

TEST(Headline, SeveralSensorsAddInQuadratureAndGapsAddUp) {
    auto a = entryOf("a", "board", "n1", 100.0), b = entryOf("b", "board", "n1", 100.0);
    EXPECT_NEAR(headline({a, b}).u_j, 10.0 * std::sqrt(2.0), 1e-9);
    a.gap_s = b.gap_s = 1.0;
    EXPECT_NEAR(headline({a, b}).u_j, 20.0, 1e-9);
}

TEST(Headline, MethodIsTheWeakestOfWhatWasAdded) {
    EXPECT_EQ(headline({}).method, EnergyMethod::None);
    const auto counter = entryOf("a", "board", "n1", 1.0);
    const auto sampled = entryOf("b", "board", "n1", 1.0, EnergyMethod::Integrated);
    EXPECT_EQ(headline({counter}).method, EnergyMethod::Counter);
    EXPECT_EQ(headline({counter, sampled}).method, EnergyMethod::Integrated);
    EXPECT_EQ(headline({sampled, counter}).method, EnergyMethod::Integrated);
}

TEST(Headline, SumsAcrossMethodsAreRefused) {
    const auto measured = entryOf("a", "board", "n1", 100.0);
    const auto simulated = entryOf("b", "board", "n2", 1000.0, EnergyMethod::Simulated);
    const auto imported = entryOf("c", "board", "n3", 10'000.0, EnergyMethod::Imported);
    const auto estimated = entryOf("d", "host", "n4", 1e5, EnergyMethod::Estimated);
    EXPECT_NEAR(headline({measured, simulated, imported, estimated}).j, 100.0, 1e-9);
    EXPECT_NEAR(headline({simulated, imported, estimated}).j, 1000.0, 1e-9);
    EXPECT_NEAR(headline({imported, estimated}).j, 10'000.0, 1e-9);
    EXPECT_EQ(headline({imported, estimated}).method, EnergyMethod::Imported);
}

}  // namespace
}  // namespace wattline
