// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QString>
#include <array>
#include <memory>

class QApplication;
class QWidget;

namespace wattline::ui {

/// The palette. Colour means a series or a warning; the accent marks what is active. One table for
/// light, one for dark; a test checks their contrast.
struct Tokens {
    bool dark = false;
    QColor background, surface, border, grid;
    QColor text, secondary;
    QColor accent, on_accent, accent_soft;
    QColor warning, warning_soft, danger;
    std::array<QColor, 8> series;
    /// A step's phases, light and dark in turn; of no run's colour, since they are all one run's.
    std::array<QColor, 5> phases;

    /// A ninth series repeats the colours; the plot gives it another dash.
    [[nodiscard]] const QColor& seriesColour(int slot) const {
        return series[static_cast<std::size_t>(slot) % series.size()];
    }
    [[nodiscard]] const QColor& phaseColour(int slot) const {
        return phases[static_cast<std::size_t>(slot) % phases.size()];
    }
};

enum class ThemeMode { Auto, Light, Dark };

[[nodiscard]] const Tokens& lightTokens();
[[nodiscard]] const Tokens& darkTokens();
/// The tokens of the application's theme, told by its palette: a change of theme repaints every
/// widget anyhow and needs no signal of its own.
[[nodiscard]] const Tokens& currentTokens();

/// The type scale, in pixels.
namespace type {
inline constexpr int kCaption = 11;
inline constexpr int kSecondary = 12;
inline constexpr int kBody = 13;
inline constexpr int kTitle = 15;
inline constexpr int kPage = 20;
inline constexpr int kValue = 25;
}  // namespace type

/// The 8-pixel grid.
namespace space {
inline constexpr int kUnit = 8;
inline constexpr int kGap = 16;     ///< between cards
inline constexpr int kInside = 16;  ///< inside a card
inline constexpr int kRadius = 8;
}  // namespace space

/// Inter where it is installed, else DejaVu Sans.
[[nodiscard]] QString fontFamily();
[[nodiscard]] QFont appFont(int pixels, int weight = QFont::Normal);

/// Gives the application its font, palette and style sheet.
void applyTheme(QApplication& app, ThemeMode mode);

/// WCAG contrast ratio of two opaque colours, 1 to 21.
[[nodiscard]] double contrast(const QColor& a, const QColor& b);

/// How widgets tell the style sheet what they are: the "role" property, as in "card" or "primary".
void setRole(QWidget& widget, const QString& role);

}  // namespace wattline::ui
