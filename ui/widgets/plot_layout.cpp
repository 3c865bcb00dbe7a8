// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_layout.h"

#include <QFontMetricsF>
#include <algorithm>

#include "ui/models/text.h"
#include "ui/widgets/theme.h"

namespace wattline::ui {
namespace {

constexpr double kTickGap = 8.0;
constexpr double kLegendRow = 16.0;

double widest(const std::vector<std::string>& texts, const QFontMetricsF& metrics) {
    double width = 0.0;
    for (const auto& text : texts)
        width = std::max(width, metrics.horizontalAdvance(fromUtf8(text)));
    return width;
}

double notesWidth(const PlotDescription& plot, const QRectF& bounds) {
    const QFontMetricsF big(appFont(type::kTitle, QFont::DemiBold));
    const QFontMetricsF small(appFont(type::kCaption));
    double width = 0.0;
    for (const auto& series : plot.series) {
        width = std::max(width, big.horizontalAdvance(fromUtf8(series.note)));
        width = std::max(width, small.horizontalAdvance(fromUtf8(series.label + " estimated")));
    }
    return width > 0.0 ? std::min(width + 28.0, bounds.width() * 0.36) : 0.0;
}

/// Entries from left to right, in as many rows as they need; from (0, 0).
std::vector<LegendEntry> legendOf(const PlotDescription& plot, double width) {
    const QFontMetricsF metrics(appFont(type::kCaption));
    std::vector<LegendEntry> entries;
    QPointF at;
    for (const auto& series : plot.series) {
        const auto text = fromUtf8(series.label);
        const double needed = 12.0 + metrics.horizontalAdvance(text);
        if (at.x() > 0.0 && at.x() + needed > width) at = {0.0, at.y() + kLegendRow};
        entries.push_back({at, text, series.colour});
        at.rx() += needed + 10.0;
    }
    return entries;
}

int wantedTicks(double pixels, double each) {
    return std::clamp(static_cast<int>(pixels / each), 2, 9);
}

AxisTicks yTicks(const PlotDescription& plot, const std::optional<ValueRange>& range, int wanted) {
    // A little headroom: a line along the plot's upper edge is not seen.
    constexpr double kHeadroom = 0.03;
    const auto values = range.value_or(ValueRange{0.0, 1.0});
    if (plot.y_log) return logTicks(values.low, values.high, wanted);
    const double low = plot.y_from_zero ? std::min(0.0, values.low) : values.low;
    return niceTicks(values.low, values.high + kHeadroom * (values.high - low), wanted,
                     plot.y_from_zero);
}

}  // namespace

PlotLayout layOut(const PlotDescription& plot, const PlotStyle& style, const QRectF& bounds,
                  const std::optional<ValueRange>& x_range) {
    PlotLayout layout;
    const auto y_range = yRangeOf(plot);
    layout.has_data = y_range.has_value();
    const auto x = x_range ? x_range : xRangeOf(plot);
    const QFontMetricsF metrics(appFont(type::kCaption));
    const double axis_height = metrics.height() + kTickGap + (style.compact ? 0.0 : 18.0);
    if (style.stacked) layout.legend = legendOf(plot, bounds.width());
    const double legend =
        layout.legend.empty() ? 0.0 : layout.legend.back().top.y() + kLegendRow + 4.0;
    const double notes = style.notes ? notesWidth(plot, bounds) : 0.0;
    const double height = bounds.height() - axis_height - legend - metrics.height() / 2.0;

    layout.y = yTicks(plot, y_range, wantedTicks(height, style.compact ? 44.0 : 52.0));
    const double left = std::max(24.0, widest(layout.y.text, metrics) + kTickGap);
    const double right = std::max(notes, widest({"0000"}, metrics) / 2.0);
    layout.geometry.area =
        QRectF(bounds.left() + left, bounds.top() + metrics.height() / 2.0,
               std::max(10.0, bounds.width() - left - right), std::max(10.0, height));

    const auto x_values = x.value_or(ValueRange{0.0, 1.0});
    layout.x =
        niceTicks(x_values.low, x_values.high,
                  wantedTicks(layout.geometry.area.width(), style.compact ? 56.0 : 96.0), true);
    layout.geometry.x_low = layout.x.low;
    layout.geometry.x_high = layout.x.high;
    layout.geometry.y_low = layout.y.low;
    layout.geometry.y_high = layout.y.high;
    layout.geometry.y_log = plot.y_log;
    const auto& area = layout.geometry.area;
    if (notes > 0.0)
        layout.notes =
            QRectF(area.right(), area.top(), bounds.right() - area.right(), area.height());
    for (auto& entry : layout.legend)
        entry.top += QPointF(bounds.left(), bounds.bottom() - legend + 4.0);
    return layout;
}

}  // namespace wattline::ui
