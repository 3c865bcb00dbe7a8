// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figures.h"

#include <algorithm>

namespace wattline::ui {
namespace {

double digitWidth(const QFontMetricsF& metrics) {
    double width = 0.0;
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        width = std::max(width, metrics.horizontalAdvance(QChar(digit)));
    return width;
}

double cellWidth(const QFontMetricsF& metrics, double digit, QChar c) {
    return c.isDigit() ? digit : metrics.horizontalAdvance(c);
}

}  // namespace

double tabularWidth(const QFontMetricsF& metrics, const QString& text) {
    const double digit = digitWidth(metrics);
    double width = 0.0;
    for (const QChar c : text)
        width += cellWidth(metrics, digit, c);
    return width;
}

void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment,
                 const QString& text) {
    const QFontMetricsF metrics(painter.font());
    const double digit = digitWidth(metrics);
    const double width = tabularWidth(metrics, text);
    double x = rect.left();
    if (alignment & Qt::AlignRight) x = rect.right() - width;
    const double y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2.0;
    for (const QChar c : text) {
        const double cell = cellWidth(metrics, digit, c);
        const double own = metrics.horizontalAdvance(c);
        painter.drawText(QPointF(x + (cell - own) / 2.0, y), QString(c));
        x += cell;
    }
}

}  // namespace wattline::ui
