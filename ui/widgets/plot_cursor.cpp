// SPDX-License-Identifier: GPL-3.0-or-later
// The cursor's part of PlotPainter.
#include <algorithm>
#include <cmath>

#include "ui/models/text.h"
#include "ui/widgets/plot_painter.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr double kReachPixels = 24.0;

/// How far from the cursor a point may lie to be its own, in the axis' unit.
double reachOf(const PlotGeometry& geometry) {
    return geometry.fromX(geometry.area.left() + kReachPixels) - geometry.x_low;
}

/// A layer's own value is what it adds, not how high it reaches.
double ownValue(const PlotSeries& series, std::size_t i, bool stacked) {
    return stacked ? series.y[i] - series.y_min[i] : series.y[i];
}

QString withUnit(double value, const PlotDescription& plot) {
    const auto unit = fromUtf8(plot.y_label);
    return unit.isEmpty() ? exactText(value) : exactText(value) + u' ' + unit;
}

}  // namespace

QString exactText(double value) {
    if (!std::isfinite(value)) return unknownText();
    if (std::abs(value) >= 1e4) return countText(std::llround(value));
    return QString::number(value, 'g', 4);
}

QString placeText(double x, const std::string& axis_label) {
    const auto label = fromUtf8(axis_label);
    if (label == u"step"_s) return u"step "_s + countText(std::llround(x));
    if (label == u"epoch"_s) return u"epoch "_s + exactText(x);
    const auto bracket = label.indexOf(u" ("_s);
    if (bracket < 0 || !label.endsWith(u')')) return exactText(x) + u' ' + label;
    const auto unit = label.mid(bracket + 2).chopped(1);
    return label.left(bracket) + u' ' + exactText(x) + u' ' + unit;
}

QStringList cursorTexts(const PlotDescription& plot, const PlotGeometry& geometry, double x) {
    QStringList texts;
    for (const auto& series : plot.series)
        if (const auto i = nearestPoint(series, x, reachOf(geometry)))
            texts << fromUtf8(series.label) + u": "_s + withUnit(series.y[*i], plot);
    return texts;
}

void PlotPainter::drawCursor(double x) {
    const auto& geometry = m_layout.geometry;
    if (!geometry.containsX(x)) return;
    m_painter.setRenderHint(QPainter::Antialiasing);
    const double pixel = std::round(geometry.toX(x)) + 0.5;
    m_painter.setPen(QPen(m_tokens.secondary, 1.0, Qt::DashLine));
    m_painter.drawLine(QLineF(pixel, geometry.area.top(), pixel, geometry.area.bottom()));

    QStringList texts;
    QList<QColor> colours;
    for (const auto& series : m_plot.series) {
        const auto i = nearestPoint(series, x, reachOf(geometry));
        // A small plot has no room for every evaluation; the points stand on their own axis.
        if (!i || !geometry.canShow(series.y[*i]) || (m_style.compact && series.points)) continue;
        const auto colour = m_style.stacked ? m_tokens.phaseColour(series.colour)
                                            : m_tokens.seriesColour(series.colour);
        const auto value = withUnit(ownValue(series, *i, m_style.stacked), m_plot);
        texts << (m_style.compact && !m_style.stacked ? value
                                                      : value + u"  "_s + fromUtf8(series.label));
        colours << colour;
        if (m_style.stacked) continue;
        m_painter.setPen(QPen(m_tokens.surface, 1.5));
        m_painter.setBrush(colour);
        m_painter.drawEllipse(geometry.toPixel(series.x[*i], series.y[*i]), 4.0, 4.0);
    }
    m_painter.setBrush(Qt::NoBrush);
    if (!texts.isEmpty()) drawReadout(x, texts, colours);
}

void PlotPainter::drawReadout(double x, const QStringList& texts, const QList<QColor>& colours) {
    const auto& geometry = m_layout.geometry;
    const auto& area = geometry.area;
    m_painter.setFont(appFont(type::kCaption));
    const auto metrics = m_painter.fontMetrics();
    const auto head = placeText(x, m_plot.x_label);
    double width = metrics.horizontalAdvance(head);
    for (const auto& text : texts)
        width = std::max(width, 14.0 + metrics.horizontalAdvance(text));
    const double line = metrics.height() + (m_style.compact ? 1.0 : 2.0);
    const double height = line * static_cast<double>(texts.size() + 1) + 12.0;
    const double pixel = geometry.toX(x);
    const bool left = pixel + width + 32 > area.right();
    QRectF box(left ? pixel - width - 30 : pixel + 10, area.top() + 4, width + 20, height);
    box.moveLeft(std::max(box.left(), area.left()));

    m_painter.setPen(QPen(m_tokens.border, 1.0));
    m_painter.setBrush(m_tokens.surface);
    m_painter.drawRoundedRect(box, 6, 6);
    m_painter.setBrush(Qt::NoBrush);
    double y = box.top() + 6 + metrics.ascent();
    m_painter.setPen(m_tokens.secondary);
    m_painter.drawText(QPointF(box.left() + 10, y), head);
    for (qsizetype i = 0; i < texts.size(); ++i) {
        y += line;
        m_painter.fillRect(QRectF(box.left() + 10, y - 8, 8, 8), colours[i]);
        m_painter.setPen(m_tokens.text);
        m_painter.drawText(QPointF(box.left() + 24, y), texts[i]);
    }
}

}  // namespace wattline::ui
