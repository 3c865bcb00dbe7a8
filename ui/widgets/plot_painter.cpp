// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_painter.h"

#include <algorithm>
#include <cmath>

#include "ui/models/text.h"
#include "ui/widgets/plot_strokes.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

constexpr double kLineWidth = 1.6;
constexpr double kMarkerSpacing = 26.0;
constexpr double kMarkerRadius = 3.0;
constexpr double kNoisy = 6.0;  ///< widths of the plot that a smooth line does not reach

QColor withAlpha(QColor colour, double alpha) {
    colour.setAlphaF(static_cast<float>(alpha));
    return colour;
}

double totalLength(const QList<QLineF>& lines) {
    double length = 0.0;
    for (const auto& line : lines)
        length += line.length();
    return length;
}

/// Estimated is dashed everywhere; a ninth and further series has another dash than the first.
Dash dashOf(const PlotSeries& series) {
    if (series.estimated) return {6.0, 4.0};
    if (series.colour >= 8) return {2.0, 3.0};
    return {};
}

}  // namespace

PlotPainter::PlotPainter(QPainter& painter, const PlotDescription& plot, const PlotLayout& layout,
                         const PlotStyle& style, const Tokens& tokens)
    : m_painter(painter), m_plot(plot), m_layout(layout), m_style(style), m_tokens(tokens) {}

void PlotPainter::draw() {
    m_painter.setRenderHint(QPainter::Antialiasing);
    drawAxes();
    drawTickTexts();
    m_painter.save();
    m_painter.setClipRect(m_layout.geometry.area.adjusted(-4, -4, 4, 1));
    drawMarks();
    for (const auto& series : m_plot.series) {
        if (m_style.stacked)
            drawLayer(series);
        else
            drawSeries(series);
    }
    m_painter.restore();
    if (!m_layout.notes.isEmpty()) drawNotes();
    drawLegend();
}

void PlotPainter::drawAxes() {
    const auto& area = m_layout.geometry.area;
    m_painter.setPen(QPen(m_tokens.grid, 1.0));
    for (const double at : m_layout.y.at) {
        const double y = std::round(m_layout.geometry.toY(at)) + 0.5;
        m_painter.drawLine(QLineF(area.left(), y, area.right(), y));
    }
    m_painter.setPen(QPen(m_tokens.border, 1.0));
    const double y = std::round(area.bottom()) + 0.5;
    m_painter.drawLine(QLineF(area.left(), y, area.right(), y));
}

void PlotPainter::drawTickTexts() {
    const auto& geometry = m_layout.geometry;
    const auto& area = geometry.area;
    m_painter.setFont(appFont(type::kCaption));
    m_painter.setPen(m_tokens.secondary);
    for (std::size_t i = 0; i < m_layout.y.at.size() && i < m_layout.y.text.size(); ++i) {
        const double y = geometry.toY(m_layout.y.at[i]);
        m_painter.drawText(QRectF(area.left() - 108, y - 8, 100, 16),
                           Qt::AlignRight | Qt::AlignVCenter, fromUtf8(m_layout.y.text[i]));
    }
    for (std::size_t i = 0; i < m_layout.x.at.size() && i < m_layout.x.text.size(); ++i) {
        const double x = geometry.toX(m_layout.x.at[i]);
        m_painter.drawText(QRectF(x - 50, area.bottom() + 6, 100, 16),
                           Qt::AlignHCenter | Qt::AlignTop, fromUtf8(m_layout.x.text[i]));
    }
    if (!m_style.compact)
        m_painter.drawText(QRectF(area.left(), area.bottom() + 22, area.width(), 16),
                           Qt::AlignRight | Qt::AlignTop, fromUtf8(m_plot.x_label));
}

void PlotPainter::drawSeries(const PlotSeries& series) {
    const auto colour = m_tokens.seriesColour(series.colour);
    drawFill(areasBetween(series.band_x, series.band_low, series.band_high, m_layout.geometry),
             withAlpha(colour, 0.14));
    drawEnvelope(series, colour);
    drawLine(series, colour);
    drawFit(series, colour);
    drawMarkers(series, colour);
}

void PlotPainter::drawFill(const QList<QPolygonF>& areas, const QColor& colour) {
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(colour);
    for (const auto& area : areas)
        m_painter.drawPolygon(area);
    m_painter.setBrush(Qt::NoBrush);
}

void PlotPainter::drawEnvelope(const PlotSeries& series, const QColor& colour) {
    if (series.y_min.empty()) return;
    const auto& geometry = m_layout.geometry;
    drawFill(areasBetween(series.x, series.y_min, series.y_max, geometry), withAlpha(colour, 0.18));
    // Each column's extremes once more as a line of their own: a spike of one step shows.
    QList<QLineF> columns;
    const auto count = std::min({series.x.size(), series.y_min.size(), series.y_max.size()});
    for (std::size_t i = 0; i < count; ++i) {
        if (!geometry.canShow(series.y_min[i]) || !geometry.canShow(series.y_max[i])) continue;
        const double x = geometry.toX(series.x[i]);
        columns.append({x, geometry.toY(series.y_min[i]), x, geometry.toY(series.y_max[i])});
    }
    m_painter.setRenderHint(QPainter::Antialiasing, false);
    m_painter.setPen(QPen(withAlpha(colour, 0.35), 0));
    m_painter.drawLines(columns);
    m_painter.setRenderHint(QPainter::Antialiasing);
}

void PlotPainter::drawLine(const PlotSeries& series, const QColor& colour) {
    const bool fitted = !series.fit_x.empty();
    const bool only_points = series.points && !fitted && m_style.compact;
    const double alpha = only_points ? 0.4 : fitted ? 0.55 : 1.0;
    const auto lines = strokes(series.x, series.y, m_layout.geometry, dashOf(series));
    // A noisy line fills its stretch anyhow; thin and without smoothing it costs a hundredth.
    const bool noisy = totalLength(lines) > kNoisy * m_layout.geometry.area.width();
    QPen pen(withAlpha(colour, alpha), noisy ? 0.0 : fitted || only_points ? 1.0 : kLineWidth);
    pen.setCapStyle(Qt::RoundCap);
    m_painter.setRenderHint(QPainter::Antialiasing, !noisy);
    m_painter.setPen(pen);
    m_painter.drawLines(lines);
    m_painter.setRenderHint(QPainter::Antialiasing);
}

void PlotPainter::drawFit(const PlotSeries& series, const QColor& colour) {
    if (series.fit_x.empty()) return;
    QPen pen(colour, 2.0);
    pen.setCapStyle(Qt::RoundCap);
    m_painter.setPen(pen);
    m_painter.drawLines(strokes(series.fit_x, series.fit_y, m_layout.geometry, dashOf(series)));
}

void PlotPainter::drawMarkers(const PlotSeries& series, const QColor& colour) {
    if (!series.points) return;
    const bool hollow = series.estimated || m_style.compact;
    m_painter.setPen(QPen(hollow ? colour : m_tokens.surface, hollow ? 1.4 : 1.0));
    m_painter.setBrush(hollow ? m_tokens.surface : colour);
    for (const auto& point :
         markers(series.x, series.y, m_layout.geometry, m_style.compact ? 6.0 : kMarkerSpacing))
        m_painter.drawEllipse(point, kMarkerRadius, kMarkerRadius);
    m_painter.setBrush(Qt::NoBrush);
}

void PlotPainter::drawLayer(const PlotSeries& series) {
    drawFill(areasBetween(series.x, series.y_min, series.y_max, m_layout.geometry),
             m_tokens.phaseColour(series.colour));
}

void PlotPainter::drawNotes() {
    constexpr double kHeight = 38.0;
    const auto& geometry = m_layout.geometry;
    std::vector<double> wished;
    std::vector<QPointF> ends;
    std::vector<const PlotSeries*> named;
    for (const auto& series : m_plot.series) {
        const auto points = markers(series.x, series.y, geometry, 1e9);
        if (points.isEmpty()) continue;
        named.push_back(&series);
        ends.push_back(points.last());
        wished.push_back(points.last().y());
    }
    const auto placed = spreadLabels(wished, kHeight, m_layout.notes.top() - kHeight / 2.0,
                                     m_layout.notes.bottom() + kHeight / 2.0);
    for (std::size_t i = 0; i < named.size(); ++i)
        drawNote(*named[i], ends[i], placed[i]);
}

void PlotPainter::drawNote(const PlotSeries& series, const QPointF& end, double y) {
    const auto colour = m_tokens.seriesColour(series.colour);
    const double left = m_layout.notes.left() + 20;
    QPen leader(withAlpha(colour, 0.7), 1.0, Qt::DotLine);
    m_painter.setPen(leader);
    // Level inside the plot, so that it is no line of data; the slope lies in the gap beside it.
    const QPointF edge(m_layout.notes.left(), end.y());
    m_painter.drawLine(end + QPointF(6, 0), edge);
    m_painter.drawLine(edge, QPointF(left - 6, y));

    auto note = fromUtf8(series.note);
    auto rest = QString();
    const auto cut = std::max(
        {note.indexOf(u" ±"_s), note.indexOf(u" estimated"_s), note.indexOf(u" simulated"_s)});
    if (cut > 0) {
        rest = note.mid(cut);
        note = note.left(cut);
    }
    m_painter.setPen(colour);
    m_painter.setFont(appFont(type::kTitle, QFont::DemiBold));
    m_painter.drawText(QPointF(left, y), note);
    const double width = m_painter.fontMetrics().horizontalAdvance(note);
    m_painter.setFont(appFont(type::kSecondary));
    m_painter.drawText(QPointF(left + width, y), rest);
    m_painter.setFont(appFont(type::kCaption));
    if (!series.note.empty()) m_painter.setPen(m_tokens.secondary);
    auto label = fromUtf8(series.label);
    if (series.estimated && !series.simulated && !rest.contains(u"estimated"_s))
        label += u" estimated"_s;
    label = m_painter.fontMetrics().elidedText(label, Qt::ElideRight,
                                               static_cast<int>(m_layout.notes.right() - left));
    m_painter.drawText(QPointF(left, y + (series.note.empty() ? 4 : 16)), label);
}

void PlotPainter::drawLegend() {
    m_painter.setFont(appFont(type::kCaption));
    for (const auto& entry : m_layout.legend) {
        const double middle = entry.top.y() + 8.0;
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_tokens.phaseColour(entry.colour));
        m_painter.drawRoundedRect(QRectF(entry.top.x(), middle - 4, 8, 8), 2, 2);
        m_painter.setPen(m_tokens.secondary);
        m_painter.drawText(QPointF(entry.top.x() + 12, middle + 4), entry.text);
    }
    m_painter.setBrush(Qt::NoBrush);
}

}  // namespace wattline::ui
