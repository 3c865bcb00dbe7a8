// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/ui/support/example_runs.h"
#include "ui/models/text.h"

using namespace wattline;
using namespace wattline::ui;
using namespace Qt::StringLiterals;

class TextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anUnknownFigureIsADashNeverZero();
    void anEstimateShowsItsRangeInsteadOfASymmetricUncertainty();
    void countsAreGroupedWhateverTheLocale();
    void durationsReadAsPeopleSayThem();
    void smallSharesKeepTheirDigits();
    void theSensorsOfTheHeadlineAreNamedOnce();
};

void TextTest::anUnknownFigureIsADashNeverZero() {
    auto run = test::exampleRun("a");
    run.energy_j.reset();
    QCOMPARE(energyText(run), u"–"_s);
    QCOMPARE(figureText(std::nullopt, std::nullopt, "W"), u"–"_s);
    QCOMPARE(figureText(std::nan(""), std::nullopt, "W"), u"–"_s);
}

void TextTest::anEstimateShowsItsRangeInsteadOfASymmetricUncertainty() {
    auto run = test::exampleRun("a");
    QCOMPARE(energyText(run), u"2.00 Wh ± 0.02"_s);
    run.energy_method = EnergyMethod::Estimated;
    run.energy_low_j = 2160.0;
    run.energy_high_j = 21600.0;
    QCOMPARE(energyText(run), u"2.00 Wh (0.60–6.0)"_s);
}

void TextTest::countsAreGroupedWhateverTheLocale() {
    QCOMPARE(countText(1204332), u"1,204,332"_s);
    QCOMPARE(countText(999), u"999"_s);
    QCOMPARE(countText(-1000), u"-1,000"_s);
    QCOMPARE(countText(0), u"0"_s);
}

void TextTest::durationsReadAsPeopleSayThem() {
    QCOMPARE(durationText(0.045), u"45 ms"_s);
    QCOMPARE(durationText(4.2), u"4.2 s"_s);
    QCOMPARE(durationText(42.4), u"42 s"_s);
    QCOMPARE(durationText(724.0), u"12 min 04 s"_s);
    QCOMPARE(durationText(11240.0), u"3 h 07 min"_s);
    QCOMPARE(durationText(std::nan("")), u"–"_s);
}

void TextTest::smallSharesKeepTheirDigits() {
    QCOMPARE(shareText(0.0003), u"0.030 %"_s);
    QCOMPARE(shareText(0.97), u"97.0 %"_s);
    QCOMPARE(shareText(0.000001), u"< 0.001 %"_s);
}

void TextTest::theSensorsOfTheHeadlineAreNamedOnce() {
    auto run = test::exampleRun("a");
    run.energy.push_back(run.energy.front());
    QCOMPARE(sensorText(run), u"RAPL"_s);
    run.energy.clear();
    run.energy_j.reset();
    QCOMPARE(sensorText(run), u"no sensor"_s);
}

QTEST_GUILESS_MAIN(TextTest)
#include "text_test.moc"
