// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/run_control.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class RunControlTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHoldIsPendingUntilTheRunIsHeld();
    void aRefusedCommandSaysWhyAndIsNotPending();
    void allowsWhatTheStateMachineAllows();
    void anEndSettlesWhateverWasAsked();
};

void RunControlTest::aHoldIsPendingUntilTheRunIsHeld() {
    test::FakeControl fake;
    RunControl control(fake);
    auto run = test::exampleRun("a");
    control.send(CommandKind::Hold, run);
    QCOMPARE(fake.commands.size(), 1U);
    QCOMPARE(control.pending("a"), CommandKind::Hold);
    QVERIFY(!control.canSend(CommandKind::Stop, run));
    control.update({run});
    QCOMPARE(control.pending("a"), CommandKind::Hold);
    run.state = RunState::Held;
    control.update({run});
    QVERIFY(!control.pending("a"));
    QVERIFY(control.canSend(CommandKind::Resume, run));
}

void RunControlTest::aRefusedCommandSaysWhyAndIsNotPending() {
    test::FakeControl fake;
    fake.command_answer = fail(ExitCode::Failed, "rank 0 does not answer");
    RunControl control(fake);
    const QSignalSpy refused(&control, &RunControl::refused);
    control.send(CommandKind::Hold, test::exampleRun("a"));
    QTRY_COMPARE(refused.count(), 1);
    QCOMPARE(refused.front().front().toString(), u"rank 0 does not answer"_s);
    QVERIFY(!control.pending("a"));
}

void RunControlTest::allowsWhatTheStateMachineAllows() {
    test::FakeControl fake;
    const RunControl control(fake);
    QVERIFY(control.canSend(CommandKind::Hold, test::exampleRun("a")));
    QVERIFY(!control.canSend(CommandKind::Resume, test::exampleRun("a")));
    QVERIFY(!control.canSend(CommandKind::Stop, test::exampleRun("a", RunState::Finished)));
}

void RunControlTest::anEndSettlesWhateverWasAsked() {
    test::FakeControl fake;
    RunControl control(fake);
    auto run = test::exampleRun("a");
    control.send(CommandKind::Hold, run);
    run.state = RunState::Failed;
    control.update({run});
    QVERIFY(!control.pending("a"));
}

QTEST_GUILESS_MAIN(RunControlTest)
#include "run_control_test.moc"
