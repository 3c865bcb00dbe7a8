// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>
#include <QWidget>
#include <algorithm>
#include <cmath>

#include "ui/widgets/style_sheet.h"

/// Resources of a static library are not there unless asked for, outside of any namespace.
static void initIcons() {
    Q_INIT_RESOURCE(icons);
}

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

Tokens makeLight() {
    Tokens t;
    t.background = QColor(0xF5F6F8);
    t.surface = QColor(0xFFFFFF);
    t.border = QColor(0xE2E5EA);
    t.grid = QColor(0xEDEFF2);
    t.text = QColor(0x1A1E26);
    t.secondary = QColor(0x5C6573);
    t.accent = QColor(0x0F6B66);
    t.on_accent = QColor(0xFFFFFF);
    t.accent_soft = QColor(0xE0F0EE);
    t.warning = QColor(0x9A4A00);
    t.warning_soft = QColor(0xFFF1DF);
    t.danger = QColor(0xB42318);
    t.series = {QColor(0x0067A5), QColor(0xC2570C), QColor(0x008060), QColor(0x8B4F9F),
                QColor(0xB0276B), QColor(0x6B6A00), QColor(0x4A55C0), QColor(0x7A4A2B)};
    t.phases = {QColor(0x2F3C4D), QColor(0x8398AE), QColor(0x4E6278), QColor(0x96A9BC),
                QColor(0x3A4A5E)};
    return t;
}

Tokens makeDark() {
    Tokens t;
    t.dark = true;
    t.background = QColor(0x13161B);
    t.surface = QColor(0x1A1E25);
    t.border = QColor(0x2A303A);
    t.grid = QColor(0x242A33);
    t.text = QColor(0xE7EAEF);
    t.secondary = QColor(0x9BA5B4);
    t.accent = QColor(0x4FD1C5);
    t.on_accent = QColor(0x0B1F1D);
    t.accent_soft = QColor(0x17302F);
    t.warning = QColor(0xFFB55C);
    t.warning_soft = QColor(0x33261A);
    t.danger = QColor(0xFF8A80);
    t.series = {QColor(0x5AB0F0), QColor(0xFF9D5C), QColor(0x45D0A2), QColor(0xD3A1E2),
                QColor(0xF087B3), QColor(0xD6CE5A), QColor(0x9AA8FF), QColor(0xD9B08C)};
    t.phases = {QColor(0xD3DCE6), QColor(0x6F8398), QColor(0xAEBDCC), QColor(0x5F7287),
                QColor(0xC4D0DC)};
    return t;
}

QPalette paletteOf(const Tokens& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.background);
    p.setColor(QPalette::Base, t.surface);
    p.setColor(QPalette::AlternateBase, t.background);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Button, t.surface);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::PlaceholderText, t.secondary);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.on_accent);
    p.setColor(QPalette::ToolTipBase, t.surface);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::Mid, t.border);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.secondary);
    return p;
}

/// The desktop's own choice, read from the palette that the application started with.
bool desktopIsDark() {
    static const bool kDark =
        QApplication::style()->standardPalette().color(QPalette::Window).lightness() < 128;
    return kDark;
}

double luminance(const QColor& colour) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

}  // namespace

const Tokens& lightTokens() {
    static const Tokens kTokens = makeLight();
    return kTokens;
}

const Tokens& darkTokens() {
    static const Tokens kTokens = makeDark();
    return kTokens;
}

const Tokens& currentTokens() {
    const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return dark ? darkTokens() : lightTokens();
}

QString fontFamily() {
    static const QString kFamily =
        QFontDatabase::hasFamily(u"Inter"_s) ? u"Inter"_s : u"DejaVu Sans"_s;
    return kFamily;
}

QFont appFont(int pixels, int weight) {
    QFont font(fontFamily());
    font.setPixelSize(pixels);
    font.setWeight(static_cast<QFont::Weight>(weight));
    return font;
}

void applyTheme(QApplication& app, ThemeMode mode) {
    initIcons();
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::Auto && desktopIsDark());
    const auto& tokens = dark ? darkTokens() : lightTokens();
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QApplication::setFont(appFont(type::kBody));
    QApplication::setPalette(paletteOf(tokens));
    app.setStyleSheet(styleSheet(tokens));
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

void setRole(QWidget& widget, const QString& role) {
    if (widget.property("role").toString() == role) return;
    widget.setProperty("role", role);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
    widget.updateGeometry();
}

}  // namespace wattline::ui
