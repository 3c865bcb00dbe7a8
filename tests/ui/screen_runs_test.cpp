// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/screen_runs.h"

using namespace wattline;
using namespace wattline::ui;

class ScreenRunsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void liveRunsAreOnScreenAndTheNewestIsSelected();
    void withoutALiveRunTheNewestIsOnScreen();
    void aRunThatEndsWhileOneLooksStays();
    void liveRunsComeBeforeEndedOnesWhereThereIsNoRoom();
    void aRunKeepsItsColourWhenANewerOneStarts();
    void theSelectionStaysWhenTheRunEnds();
    void aLaunchedRunIsSelectedAsSoonAsItExists();
    void chosenRunsStayWhateverStarts();
    void anOldRunShownJoinsTheOthers();
};

namespace {

std::vector<RunSummary> runs(std::initializer_list<std::pair<const char*, RunState>> list) {
    std::vector<RunSummary> all;
    for (const auto& [id, state] : list)
        all.push_back(test::exampleRun(id, state));
    return all;
}

std::string listed(const ScreenRuns& screen) {
    std::string ids;
    for (const auto& run : screen.runs())
        ids += run.id;
    return ids;
}

constexpr auto kDone = RunState::Finished;
constexpr auto kLive = RunState::Running;

}  // namespace

void ScreenRunsTest::liveRunsAreOnScreenAndTheNewestIsSelected() {
    ScreenRuns screen;
    const auto all = runs({{"e", kDone}, {"d", kLive}, {"c", RunState::Held}, {"b", kDone}});
    QVERIFY(screen.update(all));
    QCOMPARE(listed(screen), std::string("dc"));
    QCOMPARE(*screen.selected(), std::string("d"));
    QVERIFY(!screen.update(all));
}

void ScreenRunsTest::withoutALiveRunTheNewestIsOnScreen() {
    ScreenRuns screen;
    screen.update(runs({{"b", kDone}, {"a", kDone}}));
    QCOMPARE(listed(screen), std::string("b"));
    screen.update(runs({{"c", RunState::Queued}, {"b", kDone}, {"a", kDone}}));
    QCOMPARE(listed(screen), std::string("c"));
}

void ScreenRunsTest::aRunThatEndsWhileOneLooksStays() {
    ScreenRuns screen;
    screen.update(runs({{"b", kLive}, {"a", kDone}}));
    screen.update(runs({{"b", kDone}, {"a", kDone}}));
    QCOMPARE(listed(screen), std::string("b"));
    // One that came and went between two looks, too.
    screen.update(runs({{"c", kDone}, {"b", kDone}, {"a", kDone}}));
    QCOMPARE(listed(screen), std::string("cb"));
}

void ScreenRunsTest::liveRunsComeBeforeEndedOnesWhereThereIsNoRoom() {
    ScreenRuns screen;
    screen.update(runs({{"e", kLive}, {"d", kLive}, {"c", kLive}, {"b", kLive}, {"a", kLive}}));
    QCOMPARE(listed(screen), std::string("edcb"));
    screen.update(runs({{"e", kDone}, {"d", kLive}, {"c", kLive}, {"b", kLive}, {"a", kLive}}));
    QCOMPARE(listed(screen), std::string("dcba"));
}

void ScreenRunsTest::aRunKeepsItsColourWhenANewerOneStarts() {
    ScreenRuns screen;
    screen.update(runs({{"b", kLive}, {"a", kLive}}));
    const int colour = screen.runs().front().colour;
    screen.update(runs({{"c", kLive}, {"b", kLive}, {"a", kLive}}));
    QCOMPARE(listed(screen), std::string("cba"));
    QCOMPARE(screen.runs()[1].colour, colour);
    QVERIFY(screen.runs()[0].colour != colour);
    QVERIFY(screen.runs()[0].colour != screen.runs()[2].colour);
}

void ScreenRunsTest::theSelectionStaysWhenTheRunEnds() {
    ScreenRuns screen;
    screen.update(runs({{"b", kDone}, {"a", kLive}}));
    QCOMPARE(*screen.selected(), std::string("a"));
    screen.update(runs({{"b", kDone}, {"a", kDone}}));
    QCOMPARE(*screen.selected(), std::string("a"));
}

void ScreenRunsTest::aLaunchedRunIsSelectedAsSoonAsItExists() {
    ScreenRuns screen;
    screen.update(runs({{"a", kLive}}));
    screen.select("a");
    screen.add("b");
    screen.update(runs({{"a", kLive}}));
    QCOMPARE(*screen.selected(), std::string("a"));
    screen.update(runs({{"b", RunState::Starting}, {"a", kLive}}));
    QCOMPARE(*screen.selected(), std::string("b"));
    screen.update(runs({{"c", kLive}, {"b", kLive}, {"a", kLive}}));
    QCOMPARE(*screen.selected(), std::string("b"));
}

void ScreenRunsTest::chosenRunsStayWhateverStarts() {
    ScreenRuns screen;
    screen.choose({"a", "zz"});
    screen.update(runs({{"c", kLive}, {"b", kDone}, {"a", kDone}}));
    QCOMPARE(listed(screen), std::string("a"));
    QCOMPARE(*screen.selected(), std::string("a"));
}

void ScreenRunsTest::anOldRunShownJoinsTheOthers() {
    ScreenRuns screen;
    const auto all = runs({{"e", kDone}, {"d", kDone}, {"c", kDone}, {"b", kDone}, {"a", kDone}});
    screen.update(all);
    screen.add("a");
    screen.update(all);
    QCOMPARE(listed(screen), std::string("ae"));
    QCOMPARE(*screen.selected(), std::string("a"));
}

QTEST_GUILESS_MAIN(ScreenRunsTest)
#include "screen_runs_test.moc"
