// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QWidget>
#include <optional>

#include "ui/widgets/plot_layout.h"

namespace wattline::ui {

/// Shows one described plot. The plot is kept as a picture, so that moving the cursor draws a line
/// and a box only. Arrow keys move the cursor, Escape takes it away.
/// Threads: the window's.
class PlotWidget : public QWidget {
    Q_OBJECT
public:
    explicit PlotWidget(const PlotStyle& style, QWidget* parent = nullptr);

    void setPlot(const PlotDescription& plot);
    void setXRange(const std::optional<ValueRange>& range);
    /// What stands in the plot's place while there is nothing to draw.
    void setPlaceholder(const QString& sentence);
    void setCursorX(const std::optional<double>& x);

    [[nodiscard]] const PlotDescription& plot() const noexcept { return m_plot; }
    [[nodiscard]] std::optional<double> cursorX() const noexcept { return m_cursor; }
    [[nodiscard]] const PlotLayout& plotLayout() const;
    [[nodiscard]] QSize sizeHint() const override { return {320, 240}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 110}; }

Q_SIGNALS:
    void cursorMoved(const std::optional<double>& x);
    /// How many columns of pixels the data has now.
    void columnsChanged(int columns);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void invalidate();
    void render() const;
    void paintPlaceholder(QPainter& painter) const;

    PlotStyle m_style;
    PlotDescription m_plot;
    std::optional<ValueRange> m_x_range;
    std::optional<double> m_cursor;
    QString m_placeholder;
    mutable PlotLayout m_layout;
    mutable QPixmap m_picture;  ///< null: to be drawn again
};

}  // namespace wattline::ui
