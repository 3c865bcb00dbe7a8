// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/plot_model.h"

using namespace wattline;
using namespace wattline::ui;

class PlotModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksForNothingWhileItIsHidden();
    void keepsOneRoundInFlightAndTheNewestAxisWins();
    void doesNotAskAgainForARunThatDidNotChange();
    void tellsWhyNothingCouldBeRead();
    void aMissingSeriesIsNoError();
    void anAnswerAfterItsEndTouchesNothing();
};

namespace {

struct Fixture {
    test::FakeFeed feed;
    RunSummary run = test::exampleRun("a");
    Fixture() { feed.series["a/energy"] = test::lineColumns(0.001, 288000.0, 50); }
};

const PlotContent kEnergy{"", "", {"energy"}, false, false};

}  // namespace

void PlotModelTest::asksForNothingWhileItIsHidden() {
    Fixture f;
    PlotModel model(f.feed, kEnergy);
    model.setRuns({{f.run, 0}});
    QVERIFY(f.feed.asked.empty());
    model.setActive(true);
    QTRY_COMPARE(model.description().series.size(), 1U);
    QCOMPARE(model.points().shown, 50);
    model.setActive(false);
    f.run.step += 10;
    model.setRuns({{f.run, 0}});
    QCOMPARE(f.feed.asked.size(), 1U);
}

void PlotModelTest::keepsOneRoundInFlightAndTheNewestAxisWins() {
    Fixture f;
    f.feed.hold_answers = true;
    PlotModel model(f.feed, kEnergy);
    model.setActive(true);
    model.setRuns({{f.run, 0}});
    model.setAxis(Axis::Step);
    model.setAxis(Axis::Time);
    QCOMPARE(f.feed.asked.size(), 1U);
    const QSignalSpy changed(&model, &PlotModel::changed);
    f.feed.answerAll();
    QTRY_COMPARE(f.feed.asked.size(), 2U);
    QCOMPARE(f.feed.asked.back().axis, Axis::Time);
    QCOMPARE(changed.count(), 0);  // the answer on the old axis is not drawn
    f.feed.answerAll();
    QTRY_COMPARE(changed.count(), 1);
    QVERIFY(model.isSettled());
}

void PlotModelTest::doesNotAskAgainForARunThatDidNotChange() {
    Fixture f;
    PlotModel model(f.feed, kEnergy);
    model.setActive(true);
    model.setRuns({{f.run, 0}});
    QTRY_VERIFY(model.isSettled() && f.feed.asked.size() == 1);
    model.setRuns({{f.run, 0}});
    QCOMPARE(f.feed.asked.size(), 1U);
    f.run.records_stored += 1;
    model.setRuns({{f.run, 0}});
    QCOMPARE(f.feed.asked.size(), 2U);
}

void PlotModelTest::tellsWhyNothingCouldBeRead() {
    class BrokenFeed : public test::FakeFeed {
        void requestSeries(SeriesQuery, SeriesCallback done) override {
            done(fail(ExitCode::Unreachable, "the hub does not answer"));
        }
    } feed;
    PlotModel model(feed, kEnergy);
    model.setActive(true);
    model.setRuns({{test::exampleRun("a"), 0}});
    QTRY_COMPARE(model.error(), std::string("the hub does not answer"));
}

void PlotModelTest::aMissingSeriesIsNoError() {
    test::FakeFeed feed;
    PlotModel model(feed, kEnergy);
    const QSignalSpy changed(&model, &PlotModel::changed);
    model.setActive(true);
    model.setRuns({{test::exampleRun("a"), 0}});
    QTRY_VERIFY(changed.count() > 0 && model.isSettled());
    QVERIFY(model.error().empty());
    QVERIFY(model.description().series.empty());
}

void PlotModelTest::anAnswerAfterItsEndTouchesNothing() {
    Fixture f;
    f.feed.hold_answers = true;
    {
        PlotModel model(f.feed, kEnergy);
        model.setActive(true);
        model.setRuns({{f.run, 0}});
    }
    f.feed.answerAll();
    QCoreApplication::processEvents();
    QCOMPARE(f.feed.asked.size(), 1U);
}

QTEST_GUILESS_MAIN(PlotModelTest)
#include "plot_model_test.moc"
