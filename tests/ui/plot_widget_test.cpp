// SPDX-License-Identifier: GPL-3.0-or-later
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QtTest>
#include <cmath>

#include "ui/widgets/plot_painter.h"
#include "ui/widgets/plot_widget.h"
#include "ui/widgets/theme.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class PlotWidgetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }
    void drawsItsSeriesInTheirColour();
    void sharesTheXRangeItIsGiven();
    void theMouseMovesTheCursorAndLeavingTakesItAway();
    void arrowKeysMoveTheCursorAndSayWhatItStandsOn();
    void cursorTextsHaveUnitsAndFewDigits();
    void aMarksTextKeepsClearOfTheLine();
    void aNoisyPlotOfManyColumnsIsDrawnQuickly();
    void aPlotWithoutPointsSaysWhatItWaitsFor();
};

namespace {

PlotDescription linePlot(int points) {
    PlotDescription plot;
    plot.title = "Energy";
    plot.x_label = "rank hours";
    plot.y_label = "Wh";
    PlotSeries series;
    series.label = "2 × 32";
    for (int i = 0; i < points; ++i) {
        series.x.push_back(i);
        series.y.push_back(10.0 + (i * 7919 % 13));
    }
    plot.series.push_back(series);
    return plot;
}

int pixelsLike(const QImage& image, const QColor& colour) {
    int found = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const auto c = image.pixelColor(x, y);
            found += std::abs(c.red() - colour.red()) + std::abs(c.green() - colour.green()) +
                         std::abs(c.blue() - colour.blue()) <
                     30;
        }
    return found;
}

void hover(PlotWidget& widget, QPointF at) {
    QMouseEvent move(QEvent::MouseMove, at, widget.mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(&widget, &move);
}

}  // namespace

void PlotWidgetTest::drawsItsSeriesInTheirColour() {
    PlotWidget widget({});
    widget.resize(400, 300);
    const auto colour = lightTokens().seriesColour(1);
    auto plot = linePlot(50);
    plot.series[0].colour = 1;
    QCOMPARE(pixelsLike(widget.grab().toImage(), colour), 0);
    widget.setPlot(plot);
    QVERIFY(pixelsLike(widget.grab().toImage(), colour) > 100);
}

void PlotWidgetTest::sharesTheXRangeItIsGiven() {
    PlotWidget widget({true, false, false});
    widget.resize(300, 200);
    widget.setPlot(linePlot(50));
    widget.setXRange(ValueRange{0.0, 1000.0});
    QCOMPARE(widget.plotLayout().geometry.x_high, 1000.0);
}

void PlotWidgetTest::theMouseMovesTheCursorAndLeavingTakesItAway() {
    PlotWidget widget({});
    widget.resize(400, 300);
    widget.setPlot(linePlot(101));
    connect(&widget, &PlotWidget::cursorMoved, &widget, &PlotWidget::setCursorX);
    const auto& geometry = widget.plotLayout().geometry;
    hover(widget, {geometry.toX(40.0), 100.0});
    QVERIFY(widget.cursorX());
    QVERIFY(std::abs(*widget.cursorX() - 40.0) < 0.5);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&widget, &leave);
    QVERIFY(!widget.cursorX());
}

void PlotWidgetTest::arrowKeysMoveTheCursorAndSayWhatItStandsOn() {
    PlotWidget widget({});
    widget.resize(400, 300);
    widget.setPlot(linePlot(101));
    connect(&widget, &PlotWidget::cursorMoved, &widget, &PlotWidget::setCursorX);
    QTest::keyClick(&widget, Qt::Key_Right);
    QVERIFY(widget.cursorX());
    QVERIFY(widget.accessibleDescription().startsWith(u"2 × 32: "_s));
    QTest::keyClick(&widget, Qt::Key_Escape);
    QVERIFY(!widget.cursorX());
}

void PlotWidgetTest::cursorTextsHaveUnitsAndFewDigits() {
    QCOMPARE(exactText(19.98765432), u"19.99"_s);
    QCOMPARE(exactText(1234567.8), u"1,234,568"_s);
    QCOMPARE(placeText(0.213456, "GPU hours"), u"0.2135 GPU hours"_s);
    QCOMPARE(placeText(119.6, "step"), u"step 120"_s);
    QCOMPARE(placeText(12.3, "time (s)"), u"time 12.3 s"_s);
    PlotWidget widget({});
    widget.resize(400, 300);
    widget.setPlot(linePlot(101));
    const auto texts = cursorTexts(widget.plot(), widget.plotLayout().geometry, 40.0);
    QVERIFY2(texts.value(0).endsWith(u" Wh"_s), qPrintable(texts.value(0)));
}

void PlotWidgetTest::aMarksTextKeepsClearOfTheLine() {
    const PlotGeometry geometry{QRectF(0, 0, 100, 100), 0, 100, 0, 100, false};
    PlotDescription plot;
    auto& series = plot.series.emplace_back();
    series.x = {0, 100};
    series.y = {0, 100};
    QVERIFY(isClearOfData(plot, geometry, QRectF(10, 10, 30, 14)));
    QVERIFY(!isClearOfData(plot, geometry, QRectF(40, 40, 30, 14)));
    QVERIFY(!isClearOfData(plot, geometry, QRectF(10, 72, 10, 5)));  // touches
}

void PlotWidgetTest::aNoisyPlotOfManyColumnsIsDrawnQuickly() {
    PlotWidget widget({});
    widget.resize(1600, 900);
    auto plot = linePlot(1600);
    for (int i = 0; i < 7; ++i)
        plot.series.push_back(plot.series.front());
    QElapsedTimer since;
    since.start();
    widget.setPlot(plot);
    (void)widget.grab();
    // A polyline with a wide pen takes more than ten seconds here; this takes some 50 ms.
    QVERIFY2(since.elapsed() < 2000, qPrintable(QString::number(since.elapsed())));
}

void PlotWidgetTest::aPlotWithoutPointsSaysWhatItWaitsFor() {
    PlotWidget widget({});
    widget.resize(400, 300);
    widget.setPlot({});
    QVERIFY(!widget.plotLayout().has_data);
    const auto before = widget.grab().toImage();
    widget.setPlaceholder(u"the hub does not answer"_s);
    QVERIFY(before != widget.grab().toImage());
}

QTEST_MAIN(PlotWidgetTest)
#include "plot_widget_test.moc"
