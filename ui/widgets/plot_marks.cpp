// SPDX-License-Identifier: GPL-3.0-or-later
// The marks' part of PlotPainter: spans, and texts that keep clear of the data.
#include <algorithm>
#include <cmath>

#include "ui/models/text.h"
#include "ui/widgets/plot_painter.h"

namespace wattline::ui {
namespace {

constexpr double kRow = 15.0;
constexpr double kClear = 6.0;  ///< around a text, a point's radius and some air

/// True when the line through x, y passes the box.
bool crosses(const std::vector<double>& x, const std::vector<double>& y,
             const PlotGeometry& geometry, const QRectF& box) {
    for (std::size_t i = 1; i < std::min(x.size(), y.size()); ++i) {
        if (!geometry.canShow(y[i - 1]) || !geometry.canShow(y[i])) continue;
        const auto from = geometry.toPixel(x[i - 1], y[i - 1]);
        const auto to = geometry.toPixel(x[i], y[i]);
        const double left = std::max(box.left(), from.x());
        const double right = std::min(box.right(), to.x());
        if (left > right) continue;
        const double rise = to.x() > from.x() ? (to.y() - from.y()) / (to.x() - from.x()) : 0.0;
        const auto ends = to.x() > from.x() ? std::minmax({from.y() + rise * (left - from.x()),
                                                           from.y() + rise * (right - from.x())})
                                            : std::minmax({from.y(), to.y()});
        if (ends.first <= box.bottom() && ends.second >= box.top()) return true;
    }
    return false;
}

}  // namespace

bool isClearOfData(const PlotDescription& plot, const PlotGeometry& geometry, const QRectF& box) {
    const auto wide = box.adjusted(-kClear, -kClear, kClear, kClear);
    return std::ranges::none_of(plot.series, [&](const auto& series) {
        return crosses(series.x, series.y, geometry, wide) ||
               crosses(series.fit_x, series.fit_y, geometry, wide);
    });
}

QRectF PlotPainter::placeMark(const QSizeF& size, double from, double to,
                              const QList<QRectF>& taken) const {
    const auto& area = m_layout.geometry.area;
    const QRectF right(QPointF(to + 6, area.top() + 2), size);
    const QRectF left(QPointF(from - 6 - size.width(), area.top() + 2), size);
    for (double down = 0.0; right.bottom() + down < area.bottom(); down += kRow)
        for (const auto& side : {right, left}) {
            const auto box = side.translated(0, down);
            if (box.right() > area.right() || box.left() < area.left()) continue;
            const bool free = std::ranges::none_of(
                taken, [&](const auto& other) { return other.intersects(box); });
            if (free && isClearOfData(m_plot, m_layout.geometry, box)) return box;
        }
    return {};  // no room: the line alone says that something was
}

void PlotPainter::drawMarks() {
    const auto& geometry = m_layout.geometry;
    const auto& area = geometry.area;
    QList<QRectF> taken;
    for (const auto& mark : m_plot.marks) {
        const double from = geometry.toX(mark.x);
        const double to = std::max(geometry.toX(mark.x_end), from);
        if (to < area.left() || from > area.right()) continue;
        auto line = m_tokens.warning;
        line.setAlphaF(to - from > 2.0 ? 0.12F : 0.55F);
        m_painter.fillRect(QRectF(from - 1, area.top(), std::max(2.0, to - from), area.height()),
                           line);
        if (m_style.compact || mark.text.empty()) continue;
        m_painter.setFont(appFont(type::kCaption));
        m_painter.setPen(m_tokens.warning);
        const auto text = fromUtf8(mark.text);
        const QSizeF size(m_painter.fontMetrics().horizontalAdvance(text) + 2.0, kRow - 1.0);
        const auto box = placeMark(size, from, to, taken);
        if (box.isNull()) continue;
        taken.append(box);
        m_painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, text);
    }
}

}  // namespace wattline::ui
