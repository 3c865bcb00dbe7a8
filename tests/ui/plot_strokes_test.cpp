// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <numeric>

#include "ui/widgets/plot_strokes.h"

using namespace wattline::ui;

class PlotStrokesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aValueThatIsNotANumberBreaksTheLine();
    void dashesGoOnAcrossPoints();
    void areasBreakAtGaps();
    void theLastPointAlwaysHasAMarker();
    void aThousandPixelColumnsMakeAThousandStrokesAtMost();
};

namespace {
const PlotGeometry kUnit{QRectF(0, 0, 100, 100), 0, 100, 0, 100, false};
}

void PlotStrokesTest::aValueThatIsNotANumberBreaksTheLine() {
    const auto lines = strokes({0, 10, 20, 30, 40}, {1, 1, std::nan(""), 1, 1}, kUnit);
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[1].x1(), 30.0);
}

void PlotStrokesTest::dashesGoOnAcrossPoints() {
    const auto lines = strokes({0, 50, 100}, {0, 0, 0}, kUnit, {6.0, 4.0});
    double drawn = 0.0;
    for (const auto& line : lines)
        drawn += line.length();
    QVERIFY(std::abs(drawn - 60.0) < 1e-6);
}

void PlotStrokesTest::areasBreakAtGaps() {
    const auto areas =
        areasBetween({0, 1, 2, 3, 4}, {0, 0, std::nan(""), 0, 0}, {1, 1, 1, 1, 1}, kUnit);
    QCOMPARE(areas.size(), 2);
    QCOMPARE(areas[0].size(), 4);
}

void PlotStrokesTest::theLastPointAlwaysHasAMarker() {
    std::vector<double> x(101), y(101, 5.0);
    std::iota(x.begin(), x.end(), 0.0);
    const auto points = markers(x, y, kUnit, 30.0);
    QCOMPARE(points.last().x(), 100.0);
    QVERIFY(points.size() <= 5);
    QVERIFY(markers({}, {}, kUnit, 30.0).isEmpty());
}

void PlotStrokesTest::aThousandPixelColumnsMakeAThousandStrokesAtMost() {
    std::vector<double> x(1000), y(1000);
    std::iota(x.begin(), x.end(), 0.0);
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = static_cast<double>(i % 7);
    const PlotGeometry wide{QRectF(0, 0, 1000, 100), 0, 1000, 0, 10, false};
    QVERIFY(strokes(x, y, wide).size() < 1000);
}

QTEST_GUILESS_MAIN(PlotStrokesTest)
#include "plot_strokes_test.moc"
