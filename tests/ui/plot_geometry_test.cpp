// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>

#include "ui/widgets/plot_layout.h"

using namespace wattline;
using namespace wattline::ui;

class PlotGeometryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theCornersOfTheRangeAreTheCornersOfTheArea();
    void pixelsAndValuesAreInverse();
    void anEmptyRangeDoesNotDivideByZero();
    void aLogAxisGivesEachDecadeTheSameHeight();
    void theRangeIgnoresWhatIsNotANumber();
    void anEarlyWideBandDoesNotFlattenThePoints();
    void onlyMeasuredPointsTakeAnAxisFromZeroBelowIt();
    void labelsMoveApartAndStayInside();
    void theNearestPointHasAReach();
};

void PlotGeometryTest::theCornersOfTheRangeAreTheCornersOfTheArea() {
    const PlotGeometry g{QRectF(10, 20, 100, 50), 0, 5, -1, 1, false};
    QCOMPARE(g.toPixel(0, -1), QPointF(10, 70));
    QCOMPARE(g.toPixel(5, 1), QPointF(110, 20));
}

void PlotGeometryTest::pixelsAndValuesAreInverse() {
    const PlotGeometry g{QRectF(10, 20, 100, 50), 2, 7, 0, 1, false};
    QCOMPARE(g.fromX(g.toX(3.25)), 3.25);
}

void PlotGeometryTest::anEmptyRangeDoesNotDivideByZero() {
    const PlotGeometry g{QRectF(0, 0, 100, 50), 3, 3, 1, 1, false};
    QCOMPARE(g.toX(3), 50.0);
    QCOMPARE(g.toY(1), 25.0);
    const PlotGeometry flat{QRectF(), 0, 1, 0, 1, false};
    QCOMPARE(flat.fromX(10), 0.0);
}

void PlotGeometryTest::aLogAxisGivesEachDecadeTheSameHeight() {
    const PlotGeometry g{QRectF(0, 0, 100, 90), 0, 1, 0.1, 100, true};
    QCOMPARE(g.toY(0.1), 90.0);
    QCOMPARE(g.toY(1.0), 60.0);
    QCOMPARE(g.toY(100.0), 0.0);
    QVERIFY(!g.canShow(0.0));
    PlotDescription plot;
    plot.y_log = true;
    plot.series.emplace_back().y = {0.0, -1.0, 0.5, 182.0};
    QCOMPARE(yRangeOf(plot)->low, 0.5);
}

void PlotGeometryTest::theRangeIgnoresWhatIsNotANumber() {
    PlotDescription plot;
    QVERIFY(!yRangeOf(plot));
    PlotSeries series;
    series.x = {1, 2, 3};
    series.y = {std::nan(""), 4, INFINITY};
    plot.series.push_back(series);
    QCOMPARE(yRangeOf(plot)->low, 4.0);
    QCOMPARE(yRangeOf(plot)->high, 4.0);
}

void PlotGeometryTest::anEarlyWideBandDoesNotFlattenThePoints() {
    PlotDescription plot;
    PlotSeries series;
    series.y = {0, 10};
    series.band_low = {-500};
    series.band_high = {900};
    plot.series.push_back(series);
    QCOMPARE(yRangeOf(plot)->low, 0.0);
    QCOMPARE(yRangeOf(plot)->high, 30.0);
    plot.y_from_zero = false;
    plot.series[0].y = {-2, 10};
    QCOMPARE(yRangeOf(plot)->low, -26.0);
}

void PlotGeometryTest::onlyMeasuredPointsTakeAnAxisFromZeroBelowIt() {
    // A held run's fit starts a hair below zero: three long runs beside it, as on a full screen.
    PlotDescription plot;
    for (const double end : {0.03, 0.2, 0.01, 1.2}) {
        auto& series = plot.series.emplace_back();
        series.y = {-1e-9, end};
        series.fit_y = {-0.3, end};
        series.band_low = {-0.9, 0.3 * end};
        series.band_high = {0.1, 3.0 * end};
    }
    QCOMPARE(yRangeOf(plot)->low, 0.0);
    const auto layout = layOut(plot, {false, false, true}, QRectF(0, 0, 900, 400), std::nullopt);
    QCOMPARE(layout.geometry.y_low, 0.0);
    QCOMPARE(layout.y.at.front(), 0.0);
    plot.series[0].y = {-5, 10};
    QCOMPARE(yRangeOf(plot)->low, -5.0);
}

void PlotGeometryTest::labelsMoveApartAndStayInside() {
    const auto placed = spreadLabels({50, 52, 10, 99}, 20, 0, 100);
    QCOMPARE(placed[2], 10.0);
    auto sorted = placed;
    std::ranges::sort(sorted);
    for (std::size_t i = 1; i < sorted.size(); ++i)
        QVERIFY(sorted[i] - sorted[i - 1] >= 20.0);
    QVERIFY(sorted.front() >= 10.0 && sorted.back() <= 90.0);
    QVERIFY(placed[0] < placed[1]);
    QVERIFY(spreadLabels({}, 20, 0, 100).empty());
}

void PlotGeometryTest::theNearestPointHasAReach() {
    PlotSeries series;
    series.x = {1, 2, 3};
    series.y = {1, std::nan(""), 9};
    QCOMPARE(*nearestPoint(series, 2.2, 1.0), 2U);
    QVERIFY(!nearestPoint(series, 7.0, 1.0));
}

QTEST_MAIN(PlotGeometryTest)
#include "plot_geometry_test.moc"
