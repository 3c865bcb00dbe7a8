// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/run_table_model.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class RunTableModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void obeysTheModelContractWhileRunsComeChangeAndGo();
    void keepsItsRowsWhenOnlyFiguresChange();
    void sortsByFigureWithUnknownOnesLastInBothDirections();
    void findsRunsThatHaveEveryWord();
    void marksEstimatedEnergyAndNamesTheMethod();
};

namespace {

std::vector<RunSummary> threeRuns() {
    auto small = test::exampleRun("small");
    small.energy_j = 900.0;
    auto large = test::exampleRun("large", RunState::Finished);
    large.energy_j = 7.2e6;
    auto unknown = test::exampleRun("unknown");
    unknown.energy_j.reset();
    return {large, unknown, small};
}

QStringList ids(const QAbstractItemModel& model) {
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row)
        found << model.index(row, 0).data(RunTableModel::RunIdRole).toString();
    return found;
}

}  // namespace

void RunTableModelTest::obeysTheModelContractWhileRunsComeChangeAndGo() {
    RunTableModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRuns(threeRuns());
    QCOMPARE(model.rowCount(), 3);
    model.setRuns({test::exampleRun("other")});
    model.setRuns({});
    QCOMPARE(model.rowCount(), 0);
}

void RunTableModelTest::keepsItsRowsWhenOnlyFiguresChange() {
    RunTableModel model;
    auto runs = threeRuns();
    model.setRuns(runs);
    const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    runs[0].step = 150;
    model.setRuns(runs);
    QCOMPARE(reset.count(), 0);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(model.index(0, RunTableModel::Steps).data().toString(), u"150 / 176"_s);
}

void RunTableModelTest::sortsByFigureWithUnknownOnesLastInBothDirections() {
    RunTableModel model;
    model.setRuns(threeRuns());
    RunFilterModel filter;
    filter.setSourceModel(&model);
    filter.sort(RunTableModel::Energy, Qt::AscendingOrder);
    QCOMPARE(ids(filter), QStringList({u"small"_s, u"large"_s, u"unknown"_s}));
    filter.sort(RunTableModel::Energy, Qt::DescendingOrder);
    QCOMPARE(ids(filter), QStringList({u"large"_s, u"small"_s, u"unknown"_s}));
}

void RunTableModelTest::findsRunsThatHaveEveryWord() {
    RunTableModel model;
    model.setRuns(threeRuns());
    RunFilterModel filter;
    filter.setSourceModel(&model);
    filter.setFilterText(u"RESNET18 finished"_s);
    QCOMPARE(ids(filter), QStringList{u"large"_s});
    filter.setFilterText(u"finished running"_s);
    QCOMPARE(filter.rowCount(), 0);
    filter.setFilterText({});
    QCOMPARE(filter.rowCount(), 3);
}

void RunTableModelTest::marksEstimatedEnergyAndNamesTheMethod() {
    auto run = test::exampleRun("a");
    run.energy_method = run.energy.front().device.method = EnergyMethod::Estimated;
    RunTableModel model;
    model.setRuns({run});
    const auto energy = model.index(0, RunTableModel::Energy);
    QVERIFY(energy.data(RunTableModel::EstimatedRole).toBool());
    QVERIFY2(energy.data().toString().contains(u" · estimated"_s),
             energy.data().toString().toUtf8());
}

QTEST_GUILESS_MAIN(RunTableModelTest)
#include "run_table_model_test.moc"
