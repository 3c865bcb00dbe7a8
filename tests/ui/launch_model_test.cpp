// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/launch_model.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class LaunchModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksOnceAfterTheLastKey();
    void onlyTheNewestAnswerCounts();
    void anImpossibleBatchIsRefusedWithTheSentence();
    void aLaunchTellsTheNewRun();
    void theCommandLineQuotesWhatAShellWouldRead();
};

void LaunchModelTest::asksOnceAfterTheLastKey() {
    test::FakeControl control;
    LaunchModel model(control);
    auto spec = LaunchModel::demoSpec();
    for (const int lbs : {1, 12, 128}) {
        spec.lbs = lbs;
        model.setSpec(spec);
    }
    QVERIFY(!model.canLaunch());
    QTRY_VERIFY(model.preview());
    QCOMPARE(control.previewed.size(), 1U);
    QCOMPARE(model.preview()->spec.gbs, 256);
}

void LaunchModelTest::onlyTheNewestAnswerCounts() {
    test::FakeControl control;
    control.hold_previews = true;
    LaunchModel model(control);
    model.requestPreview();
    model.requestPreview();
    QCOMPARE(control.preview_answers.size(), 2U);
    LaunchPreview old, newest;
    old.steps_per_epoch = 1;
    newest.steps_per_epoch = 2;
    control.preview_answers[1](newest);
    control.preview_answers[0](old);
    QTRY_VERIFY(model.preview());
    QCoreApplication::processEvents();
    QCOMPARE(model.preview()->steps_per_epoch, 2);
}

void LaunchModelTest::anImpossibleBatchIsRefusedWithTheSentence() {
    test::FakeControl control;
    LaunchModel model(control);
    auto spec = LaunchModel::demoSpec();
    spec.gbs = 65;
    model.setSpec(spec);
    QTRY_VERIFY(!model.error().empty());
    QVERIFY(model.error().find("65") != std::string::npos);
    QVERIFY(!model.canLaunch());
    model.launch();
    QVERIFY(control.launched.empty());
}

void LaunchModelTest::aLaunchTellsTheNewRun() {
    test::FakeControl control;
    LaunchModel model(control);
    model.requestPreview();
    QTRY_VERIFY(model.canLaunch());
    const QSignalSpy launched(&model, &LaunchModel::launched);
    model.launch();
    QVERIFY(model.isLaunching());
    QTRY_COMPARE(launched.count(), 1);
    QCOMPARE(launched.front().front().toString(), u"20260101-000000-beef"_s);
    QVERIFY(!model.isLaunching());
}

void LaunchModelTest::theCommandLineQuotesWhatAShellWouldRead() {
    auto spec = LaunchModel::demoSpec();
    QCOMPARE(commandLine(spec),
             u"wattline run --model resnet18 --data digits --ranks 2 --lbs 32 --epochs 8"_s);
    spec.name = "it's $HOME";
    QVERIFY(commandLine(spec).endsWith(u"--name 'it'\\''s $HOME'"_s));
}

QTEST_GUILESS_MAIN(LaunchModelTest)
#include "launch_model_test.moc"
