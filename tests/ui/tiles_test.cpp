// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/tiles.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class TilesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void energySaysValueUnitUncertaintyAndSensor();
    void anEstimateIsCalledOne();
    void energySaysWhatItLeavesOutAndWhatToBewareOf();
    void lostRecordsAndFailuresWarn();
    void cpuRunsCountRankHours();
    void aStoppedRunSaysWhere();
    void topOneIsAnErrorEverywhere();
    void theFootNamesWhatWasReceivedAndLost();
};

void TilesTest::energySaysValueUnitUncertaintyAndSensor() {
    const auto tile = energyTile(test::exampleRun("a"));
    QCOMPARE(tile.value, u"2.00"_s);
    QCOMPARE(tile.unit, u"Wh ± 0.02"_s);
    QCOMPARE(tile.detail, u"counter · RAPL · package"_s);
    auto unknown = test::exampleRun("b");
    unknown.energy_j.reset();
    unknown.energy.clear();
    unknown.energy_method = EnergyMethod::None;
    QCOMPARE(energyTile(unknown).value, u"–"_s);
    QCOMPARE(energyTile(unknown).detail, u"no sensor"_s);
}

void TilesTest::anEstimateIsCalledOne() {
    auto run = test::exampleRun("a");
    run.energy_method = EnergyMethod::Estimated;
    QVERIFY(energyTile(run).estimated);
    QVERIFY(statusText(run, 1, 1).method.startsWith(u"estimated"_s));
}

void TilesTest::energySaysWhatItLeavesOutAndWhatToBewareOf() {
    auto run = test::exampleRun("a");
    QVERIFY(!energyTile(run).warning);
    run.hosts = 4;
    QVERIFY(energyTile(run).detail.contains(u"1 of 4 hosts"_s));
    run.energy.front().flags = {{"aliasing", "samples march in step"},
                                {"disagreement", "two sensors differ"}};
    QVERIFY(energyTile(run).warning);
    QCOMPARE(energyTile(run).more, u"beware: aliasing, disagreement"_s);
}

void TilesTest::lostRecordsAndFailuresWarn() {
    auto run = test::exampleRun("a");
    QVERIFY(!healthTile(run).warning);
    QCOMPARE(healthTile(run).value, u"0"_s);
    run.records_lost = 3;
    QVERIFY(healthTile(run).warning);
    QCOMPARE(healthTile(run).value, u"3"_s);
    auto failed = test::exampleRun("b", RunState::Failed);
    failed.state_reason = "rank 1 ended with signal 9";
    QVERIFY(healthTile(failed).warning);
    QCOMPARE(healthTile(failed).more, u"rank 1 ended with signal 9"_s);
    auto fresh = test::exampleRun("c");
    fresh.records_expected = fresh.records_stored = 0;
    QCOMPARE(healthTile(fresh).value, u"–"_s);
}

void TilesTest::cpuRunsCountRankHours() {
    auto run = test::exampleRun("a");
    QCOMPARE(hoursTile(run).caption, u"Rank hours"_s);
    run.device_kind = "gpu";
    QCOMPARE(hoursTile(run).caption, u"GPU hours"_s);
}

void TilesTest::aStoppedRunSaysWhere() {
    auto run = test::exampleRun("a", RunState::Finished);
    run.step = 98;
    run.steps_planned = 300;
    QCOMPARE(stateText(run), u"finished · step 98 of 300"_s);
    run.state_reason = "stopped at step 98 by command";
    QCOMPARE(stateText(run), u"stopped at step 98 of 300"_s);
}

void TilesTest::topOneIsAnErrorEverywhere() {
    QCOMPARE(lossTile(test::exampleRun("a")).detail, u"top-1 error 3.00 %"_s);
}

void TilesTest::theFootNamesWhatWasReceivedAndLost() {
    auto run = test::exampleRun("a");
    run.records_expected = 1201;
    run.records_lost = 1;
    const auto status = statusText(run, 1400, 86000);
    QCOMPARE(status.received, u"received 1,200 of 1,201 · lost 1"_s);
    QVERIFY(status.lost);
    QCOMPARE(status.shown, u"86,000 points in 1,400 columns, extremes exact"_s);
    QCOMPARE(statusText(run, 90, 90).shown, u"all 90 points drawn"_s);
    QCOMPARE(status.monitor, u"monitor costs 0.030 % of a step"_s);
}

QTEST_GUILESS_MAIN(TilesTest)
#include "tiles_test.moc"
