// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pill.h"

#include <QPainter>

#include "ui/widgets/figures.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
namespace {

constexpr int kHeight = 26;
constexpr int kPadding = 12;
constexpr int kDot = 16;  ///< the dot and its gap

QFont pillFont() {
    return appFont(type::kSecondary, QFont::Medium);
}

}  // namespace

Pill::Pill(QWidget* parent) : QLabel(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Pill::setState(Kind kind, const QString& text) {
    m_kind = kind;
    setText(text);
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Pill::sizeHint() const {
    const double width = tabularWidth(QFontMetricsF(pillFont()), text());
    return {static_cast<int>(width) + 2 * kPadding + kDot + 1, kHeight};
}

void Pill::paintEvent(QPaintEvent*) {
    const auto& tokens = currentTokens();
    const auto ink = m_kind == Kind::Warning  ? tokens.warning
                     : m_kind == Kind::Active ? tokens.accent
                                              : tokens.secondary;
    const auto ground = m_kind == Kind::Warning  ? tokens.warning_soft
                        : m_kind == Kind::Active ? tokens.accent_soft
                                                 : tokens.surface;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_kind == Kind::Quiet ? QPen(tokens.border, 1.0) : QPen(Qt::NoPen));
    painter.setBrush(ground);
    const auto box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawRoundedRect(box, box.height() / 2.0, box.height() / 2.0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawEllipse(QPointF(kPadding + 4.0, box.center().y()), 3.5, 3.5);
    painter.setFont(pillFont());
    painter.setPen(ink);
    drawTabular(painter, box.adjusted(kPadding + kDot, 0, 0, 0), Qt::AlignLeft, text());
}

}  // namespace wattline::ui
