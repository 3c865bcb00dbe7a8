// SPDX-License-Identifier: GPL-3.0-or-later
#include <QImage>
#include <QPainter>
#include <QtTest>
#include <algorithm>

#include "ui/widgets/style_sheet.h"
#include "ui/widgets/theme.h"

using namespace wattline::ui;
using namespace Qt::StringLiterals;

/// WCAG 2 AA: 4.5 for text, 3 for lines and marks.
class ThemeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contrastOfBlackAndWhiteIsTwentyOne();
    void textReadsOnEverySurface();
    void seriesAndTheirNamesReadOnACard();
    void neighbouringPhasesDifferInLightness();
    void theStyleSheetHasNoTokenLeft();
    void textHasInk();

private:
    static const std::array<const Tokens*, 2>& themes() {
        static const std::array<const Tokens*, 2> both{&lightTokens(), &darkTokens()};
        return both;
    }
};

void ThemeTest::contrastOfBlackAndWhiteIsTwentyOne() {
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::red, Qt::red), 1.0);
}

void ThemeTest::textReadsOnEverySurface() {
    for (const auto* t : themes()) {
        for (const auto& ground : {t->background, t->surface}) {
            for (const auto& ink : {t->text, t->secondary, t->warning, t->danger, t->accent})
                QVERIFY2(contrast(ink, ground) >= 4.5, qPrintable(ink.name() + ground.name()));
        }
        QVERIFY(contrast(t->accent, t->accent_soft) >= 4.5);
        QVERIFY(contrast(t->on_accent, t->accent) >= 4.5);
        for (const auto& ink : {t->text, t->secondary, t->warning})
            QVERIFY2(contrast(ink, t->warning_soft) >= 4.5, qPrintable(ink.name()));
    }
}

void ThemeTest::seriesAndTheirNamesReadOnACard() {
    for (const auto* t : themes())
        for (const auto& colour : t->series)
            QVERIFY2(contrast(colour, t->surface) >= 4.5, qPrintable(colour.name()));
    QCOMPARE(lightTokens().seriesColour(8), lightTokens().seriesColour(0));
}

void ThemeTest::neighbouringPhasesDifferInLightness() {
    for (const auto* t : themes())
        for (std::size_t i = 0; i < t->phases.size(); ++i) {
            QVERIFY2(contrast(t->phases[i], t->surface) >= 2.3, qPrintable(t->phases[i].name()));
            if (i > 0) QVERIFY(contrast(t->phases[i], t->phases[i - 1]) >= 1.8);
            QVERIFY(std::ranges::find(t->series, t->phases[i]) == t->series.end());
        }
}

void ThemeTest::theStyleSheetHasNoTokenLeft() {
    QVERIFY(!styleSheet(lightTokens()).contains(u'@'));
    QVERIFY(styleSheet(darkTokens()).contains(darkTokens().accent.name()));
}

void ThemeTest::textHasInk() {
    QImage image(64, 32, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setFont(appFont(type::kPage));
    painter.drawText(4, 24, u"W"_s);
    painter.end();
    int ink = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            ink += image.pixelColor(x, y).lightness() < 128;
    QVERIFY2(ink > 10, "no font is installed; install fonts-dejavu-core or fonts-inter");
}

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
