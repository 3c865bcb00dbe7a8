// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/compare_model.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class CompareModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void obeysTheModelContract();
    void differencesStandBesideTheFiguresOfTheOtherRuns();
    void sayWhenADifferenceIsNotDistinguishable();
    void anEstimateShowsItsRange();

private:
    static int rowOf(const CompareModel& model, const std::string& key);
};

int CompareModelTest::rowOf(const CompareModel& model, const std::string& key) {
    const auto& rows = model.comparison().rows;
    const auto it = std::ranges::find(rows, key, &ComparisonRow::key);
    return it == rows.end() ? -1 : static_cast<int>(it - rows.begin());
}

void CompareModelTest::obeysTheModelContract() {
    CompareModel model;
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRuns({test::exampleRun("a"), test::exampleRun("b")});
    QCOMPARE(model.columnCount(), 2);
    QVERIFY(model.rowCount() > 3);
    model.setRuns({test::exampleRun("a"), test::exampleRun("b"), test::exampleRun("c")});
    QCOMPARE(model.columnCount(), 3);
    model.setRuns({});
    QCOMPARE(model.rowCount(), 0);
}

void CompareModelTest::differencesStandBesideTheFiguresOfTheOtherRuns() {
    auto dearer = test::exampleRun("b");
    dearer.energy_j = 14400.0;
    dearer.energy_u_j = 144.0;
    CompareModel model;
    model.setRuns({test::exampleRun("a"), dearer});
    const int row = rowOf(model, "energy_j");
    QVERIFY(row >= 0);
    QVERIFY(model.index(row, 0).data().toString().startsWith(u"2.00 Wh"_s));
    QVERIFY(!model.index(row, 0).data(CompareModel::DifferenceRole).isValid());
    const auto difference = model.index(row, 1).data(CompareModel::DifferenceRole).toString();
    QVERIFY2(difference.startsWith(u"+100.0 %"_s), qPrintable(difference));
}

void CompareModelTest::sayWhenADifferenceIsNotDistinguishable() {
    auto near = test::exampleRun("b");
    near.energy_j = 7201.0;
    near.energy.front().device.id = "host:c/package-0";  // else the sensor's gain cancels out
    CompareModel model;
    model.setRuns({test::exampleRun("a"), near});
    const auto text =
        model.index(rowOf(model, "energy_j"), 1).data(CompareModel::DifferenceRole).toString();
    QVERIFY2(text.contains(u"not distinguishable"_s), qPrintable(text));
}

void CompareModelTest::anEstimateShowsItsRange() {
    auto estimated = test::exampleRun("b");
    estimated.energy_method = EnergyMethod::Estimated;
    estimated.energy_low_j = 2160.0;
    estimated.energy_high_j = 21600.0;
    CompareModel model;
    model.setRuns({test::exampleRun("a"), estimated});
    const auto cell = model.index(rowOf(model, "energy_j"), 1);
    QCOMPARE(cell.data().toString(), u"2.00 Wh (0.60–6.0)"_s);
    QVERIFY(cell.data(CompareModel::EstimatedRole).toBool());
}

QTEST_GUILESS_MAIN(CompareModelTest)
#include "compare_model_test.moc"
