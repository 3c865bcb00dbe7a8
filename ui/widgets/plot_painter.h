// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>

#include "ui/widgets/plot_layout.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {

/// Draws a described plot in the window's theme. Holds references for one paint only.
class PlotPainter {
public:
    PlotPainter(QPainter& painter, const PlotDescription& plot, const PlotLayout& layout,
                const PlotStyle& style, const Tokens& tokens);

    /// Axes, marks, series, names: everything but the cursor.
    void draw();
    /// The cursor's line, the points it stands on and their exact values.
    void drawCursor(double x);

private:
    void drawAxes();
    void drawTickTexts();
    void drawMarks();
    [[nodiscard]] QRectF placeMark(const QSizeF& size, double from, double to,
                                   const QList<QRectF>& taken) const;
    void drawSeries(const PlotSeries& series);
    void drawEnvelope(const PlotSeries& series, const QColor& colour);
    void drawLine(const PlotSeries& series, const QColor& colour);
    void drawFit(const PlotSeries& series, const QColor& colour);
    void drawMarkers(const PlotSeries& series, const QColor& colour);
    void drawLayer(const PlotSeries& series);
    void drawNotes();
    void drawNote(const PlotSeries& series, const QPointF& end, double y);
    void drawLegend();
    void drawReadout(double x, const QStringList& texts, const QList<QColor>& colours);
    void drawFill(const QList<QPolygonF>& areas, const QColor& colour);

    QPainter& m_painter;
    const PlotDescription& m_plot;
    const PlotLayout& m_layout;
    const PlotStyle& m_style;
    const Tokens& m_tokens;
};

/// True where no line and no point of the plot comes near the box.
[[nodiscard]] bool isClearOfData(const PlotDescription& plot, const PlotGeometry& geometry,
                                 const QRectF& box);
/// "12.34" with as many digits as a cursor can tell apart.
[[nodiscard]] QString exactText(double value);
/// Where the cursor stands, as the axis says it: "step 120", "0.214 GPU hours", "time 12.3 s".
[[nodiscard]] QString placeText(double x, const std::string& axis_label);
/// What the cursor stands on, for the readout and for screen readers: one line a series.
[[nodiscard]] QStringList cursorTexts(const PlotDescription& plot, const PlotGeometry& geometry,
                                      double x);

}  // namespace wattline::ui
