// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_widget.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>

#include "ui/models/text.h"
#include "ui/widgets/plot_painter.h"

namespace wattline::ui {
using namespace Qt::StringLiterals;
namespace {

/// A drag of the window's edge should not ask for new columns at every pixel.
constexpr int kColumnsStep = 50;

}  // namespace

PlotWidget::PlotWidget(const PlotStyle& style, QWidget* parent)
    : QWidget(parent), m_style(style), m_placeholder(u"waiting for the first points"_s) {
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_OpaquePaintEvent, false);
}

void PlotWidget::setPlot(const PlotDescription& plot) {
    m_plot = plot;
    if (!plot.title.empty()) setAccessibleName(fromUtf8(plot.title));
    setAccessibleDescription(fromUtf8(plot.y_label + " over " + plot.x_label));
    invalidate();
}

void PlotWidget::setXRange(const std::optional<ValueRange>& range) {
    m_x_range = range;
    invalidate();
}

void PlotWidget::setPlaceholder(const QString& sentence) {
    if (sentence == m_placeholder) return;
    m_placeholder = sentence;
    invalidate();
}

void PlotWidget::setCursorX(const std::optional<double>& x) {
    if (x == m_cursor) return;
    m_cursor = x;
    if (x) setAccessibleDescription(cursorTexts(m_plot, plotLayout().geometry, *x).join(u"; "_s));
    update();
}

const PlotLayout& PlotWidget::plotLayout() const {
    if (m_picture.isNull()) render();
    return m_layout;
}

void PlotWidget::invalidate() {
    m_picture = QPixmap();
    update();
}

void PlotWidget::render() const {
    const double ratio = devicePixelRatioF();
    m_layout = layOut(m_plot, m_style, QRectF(rect()), m_x_range);
    m_picture = QPixmap(std::max(1, static_cast<int>(width() * ratio)),
                        std::max(1, static_cast<int>(height() * ratio)));
    m_picture.setDevicePixelRatio(ratio);
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    if (!m_layout.has_data) {
        paintPlaceholder(painter);
        return;
    }
    PlotPainter(painter, m_plot, m_layout, m_style, currentTokens()).draw();
}

void PlotWidget::paintPlaceholder(QPainter& painter) const {
    painter.setFont(appFont(type::kSecondary));
    painter.setPen(currentTokens().secondary);
    painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap,
                     m_placeholder);
}

void PlotWidget::paintEvent(QPaintEvent*) {
    if (m_picture.isNull() || m_picture.devicePixelRatio() != devicePixelRatioF()) render();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (m_cursor && m_layout.has_data)
        PlotPainter(painter, m_plot, m_layout, m_style, currentTokens()).drawCursor(*m_cursor);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(currentTokens().accent, 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

void PlotWidget::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    invalidate();
    const int pixels = static_cast<int>(width() * devicePixelRatioF());
    Q_EMIT columnsChanged(std::max(kColumnsStep, pixels / kColumnsStep * kColumnsStep));
}

void PlotWidget::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    const auto type = event->type();
    if (type == QEvent::PaletteChange || type == QEvent::StyleChange || type == QEvent::FontChange)
        invalidate();
}

void PlotWidget::mouseMoveEvent(QMouseEvent* event) {
    const auto& geometry = plotLayout().geometry;
    const double x = geometry.fromX(event->position().x());
    const auto cursor = geometry.containsX(x) ? std::optional(x) : std::nullopt;
    if (cursor != m_cursor) Q_EMIT cursorMoved(cursor);
}

void PlotWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    if (m_cursor) Q_EMIT cursorMoved(std::nullopt);
}

void PlotWidget::keyPressEvent(QKeyEvent* event) {
    const auto& geometry = plotLayout().geometry;
    const double step = (geometry.x_high - geometry.x_low) / 100.0;
    const double from = m_cursor.value_or((geometry.x_low + geometry.x_high) / 2.0);
    switch (event->key()) {
    case Qt::Key_Left:
        Q_EMIT cursorMoved(std::max(geometry.x_low, from - step));
        return;
    case Qt::Key_Right:
        Q_EMIT cursorMoved(std::min(geometry.x_high, from + step));
        return;
    case Qt::Key_Escape:
        Q_EMIT cursorMoved(std::nullopt);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

}  // namespace wattline::ui
