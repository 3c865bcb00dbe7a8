// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetricsF>
#include <QPainter>
#include <QRectF>
#include <QString>

namespace wattline::ui {

/// Text whose digits all have one width, so that a live figure does not dance. Qt 6.4 cannot ask a
/// font for its tabular figures.
[[nodiscard]] double tabularWidth(const QFontMetricsF& metrics, const QString& text);
void drawTabular(QPainter& painter, const QRectF& rect, Qt::Alignment alignment,
                 const QString& text);

}  // namespace wattline::ui
