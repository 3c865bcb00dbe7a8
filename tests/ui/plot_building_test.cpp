// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <limits>

#include "tests/ui/support/example_runs.h"
#include "ui/models/plot_building.h"

using namespace wattline;
using namespace wattline::ui;

class PlotBuildingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachRunKeepsTheColourItHasOnScreen();
    void validationBecomesPointsInTheRunsColour();
    void layersAddUpAndMissingOnesLeaveAGap();
    void aRunWithoutColumnsLeavesTheOthersTheirColours();
    void withoutPointsTheAxisStillSaysWhatItCounts();
};

void PlotBuildingTest::eachRunKeepsTheColourItHasOnScreen() {
    const auto columns = test::lineColumns(0.01, 288000.0, 20);
    const auto plot = buildPlot({"", "", {"energy"}, false, false}, Axis::GpuHours,
                                {{{test::exampleRun("a"), columns}, "energy", 5},
                                 {{test::exampleRun("b"), columns}, "energy", 2}});
    QCOMPARE(plot.series.size(), 2U);
    QCOMPARE(plot.series[0].colour, 5);
    QCOMPARE(plot.series[1].colour, 2);
    QVERIFY(!plot.series[0].fit_x.empty());
}

void PlotBuildingTest::validationBecomesPointsInTheRunsColour() {
    const auto run = test::exampleRun("a");
    const auto plot = buildPlot({"Loss", "", {"loss", "val_loss"}, false, true}, Axis::Step,
                                {{{run, test::lineColumns(1, 0.1, 50)}, "loss", 3},
                                 {{run, test::lineColumns(10, 0.1, 5)}, "val_loss", 3}});
    QCOMPARE(plot.title, std::string("Loss"));
    QCOMPARE(plot.series.size(), 2U);
    QVERIFY(!plot.series[0].points);
    QVERIFY(plot.series[1].points);
    QCOMPARE(plot.series[1].colour, 3);
}

void PlotBuildingTest::layersAddUpAndMissingOnesLeaveAGap() {
    PlotSeries forward, backward;
    forward.x = {1, 2, 3, 4};
    forward.y = {10, 20, 30, std::nan("")};
    backward.x = {1, 3, 4};
    backward.y = {1, 3, 4};
    const auto layers = stackLayers({forward, backward});
    QCOMPARE(layers.size(), 2U);
    QCOMPARE(layers[0].y_min[1], 0.0);
    QCOMPARE(layers[0].y_max[1], 20.0);
    QCOMPARE(layers[1].y_min[0], 10.0);
    QCOMPARE(layers[1].y_max[0], 11.0);
    QVERIFY(std::isnan(layers[1].y_max[1]));
    QCOMPARE(layers[1].y_max[2], 33.0);
    QVERIFY(std::isnan(layers[1].y_max[3]));
    QVERIFY(stackLayers({}).empty());
}

void PlotBuildingTest::aRunWithoutColumnsLeavesTheOthersTheirColours() {
    const auto plot =
        buildPlot({"", "", {"power"}, false, false}, Axis::Time,
                  {{{test::exampleRun("a"), {}}, "power", 0},
                   {{test::exampleRun("b"), test::lineColumns(1, 2, 9)}, "power", 1}});
    QCOMPARE(plot.series.size(), 1U);
    QCOMPARE(plot.series[0].colour, 1);
}

void PlotBuildingTest::withoutPointsTheAxisStillSaysWhatItCounts() {
    const auto plot = buildPlot({"", "", {"energy"}, false, false}, Axis::GpuHours,
                                {{{test::exampleRun("a"), {}}, "energy", 0}});
    QVERIFY(plot.series.empty());
    QCOMPARE(plot.x_label, std::string("rank hours"));
}

QTEST_GUILESS_MAIN(PlotBuildingTest)
#include "plot_building_test.moc"
