// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/plot_painter.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "telemetry/render/label_painter.h"
#include "telemetry/render/plot_axes.h"
#include "telemetry/render/series_painter.h"
#include "telemetry/render/text.h"

namespace wattline {
namespace {

// Pixels at 1200 x 750.
constexpr double kMargin = 28.0;
constexpr double kTitleSize = 18.0, kSubtitleSize = 13.0, kTickSize = 12.0, kCaptionSize = 11.0;
constexpr double kHeader = 56.0;     ///< from the margin to the plot
constexpr double kUnderAxis = 46.0;  ///< tick texts and the axis' name
constexpr double kNoteLine = 16.0;   ///< a line of the footnote
constexpr std::size_t kNoteLines = 3;
constexpr double kLargestLabelShare = 0.32;
constexpr double kSmallestPlot = 24.0;

/// Twice the size of 1200 x 750 is the same picture, twice as fine; a smaller one keeps its text
/// larger than that, so that it stays readable.
double unitOf(double width, double height) {
    const double ratio = std::min(width / 1200.0, height / 750.0);
    return ratio >= 1.0 ? ratio : std::sqrt(ratio);
}

class Painter {
public:
    Painter(Canvas& canvas, const PlotDescription& plot, const Theme& theme, double width,
            double height)
        : m_canvas(canvas), m_plot(plot), m_theme(theme), m_width(width), m_height(height),
          m_unit(unitOf(width, height)), m_labels(canvas, plot, theme, m_unit),
          m_range(dataRange(plot)) {}

    void paint() {
        m_canvas.fill({0.0, 0.0, m_width, m_height}, m_theme.surface);
        paintHeader();
        layOut();
        paintFootnote();
        if (m_area.width < kSmallestPlot * m_unit || m_area.height < kSmallestPlot * m_unit) return;
        const PlotScale scale(m_plot, m_ticks, m_area);
        paintGrid(scale);
        if (!m_range) {
            m_canvas.text("no data yet",
                          {m_area.x + 0.5 * m_area.width, m_area.y + 0.5 * m_area.height},
                          style(kSubtitleSize, m_theme.secondary, Align::Centre));
            return;
        }
        paintData(scale);
        paintMarks(scale);
        m_labels.paint(scale, m_area, m_label_width);
    }

private:
    [[nodiscard]] double px(double at_1200) const { return at_1200 * m_unit; }
    [[nodiscard]] TextStyle style(double size, const Colour& colour,
                                  Align align = Align::Left) const {
        return {px(size), colour, false, align};
    }
    [[nodiscard]] MeasureText measure(const TextStyle& text_style) {
        return
            [this, text_style](const std::string& t) { return m_canvas.textWidth(t, text_style); };
    }

    void paintHeader() {
        const double room = m_width - px(2.0 * kMargin);
        TextStyle title = style(kTitleSize, m_theme.text);
        title.bold = true;
        const auto shown = elided(m_plot.title, room, measure(title));
        const double y = px(kMargin + kTitleSize);
        m_canvas.text(shown, {px(kMargin), y}, title);
        const double used = m_canvas.textWidth(shown, title) + px(10.0);
        const TextStyle subtitle = style(kSubtitleSize, m_theme.secondary);
        m_canvas.text(elided(m_plot.subtitle, room - used, measure(subtitle)),
                      {px(kMargin) + used, y}, subtitle);
        if (m_plot.y_label.empty() || m_plot.subtitle.starts_with(m_plot.y_label)) return;
        m_canvas.text(m_plot.y_label, {px(kMargin), px(kMargin + kHeader - 12.0)},
                      style(kCaptionSize, m_theme.secondary));
    }

    void layOut() {
        const TextStyle note = style(kCaptionSize, m_theme.secondary);
        m_footnote =
            wrapped(m_plot.footnote, m_width - px(2.0 * kMargin), kNoteLines, measure(note));
        const double below =
            kUnderAxis + kMargin + kNoteLine * static_cast<double>(m_footnote.size());
        m_area.y = px(kMargin + kHeader);
        m_area.height = m_height - m_area.y - px(below);
        m_label_width = m_range ? m_labels.width(kLargestLabelShare * m_width, m_area.height) : 0.0;
        const double rough = m_width - px(2.0 * kMargin) - m_label_width;
        m_ticks = plotTicks(m_plot, m_range, rough / m_unit, m_area.height / m_unit);
        double tick_width = 0.0;
        const TextStyle tick = style(kTickSize, m_theme.secondary);
        for (const auto& text : m_ticks.y.text)
            tick_width = std::max(tick_width, m_canvas.textWidth(text, tick));
        m_area.x = px(kMargin + 10.0) + tick_width;
        m_area.width = m_width - m_area.x - px(kMargin) - m_label_width;
    }

    void paintFootnote() {
        double y =
            m_height - px(kMargin) - px(kNoteLine) * (static_cast<double>(m_footnote.size()) - 1.0);
        for (const auto& line : m_footnote) {
            m_canvas.text(line, {px(kMargin), y}, style(kCaptionSize, m_theme.secondary));
            y += px(kNoteLine);
        }
    }

    void paintGrid(const PlotScale& scale) {
        for (std::size_t i = 0; i < m_ticks.y.at.size(); ++i) {
            const double y = scale.y(m_ticks.y.at[i]);
            const bool base = i == 0;
            m_canvas.line({m_area.x, y}, {m_area.right(), y},
                          {base ? m_theme.axis : m_theme.grid, px(1.0), 1.0, {}});
            if (!m_range) continue;  // an axis without data has no numbers
            m_canvas.text(m_ticks.y.text[i], {m_area.x - px(10.0), y + px(0.36 * kTickSize)},
                          style(kTickSize, m_theme.secondary, Align::Right));
        }
        for (std::size_t i = 0; m_range && i < m_ticks.x.at.size(); ++i)
            m_canvas.text(m_ticks.x.text[i], {scale.x(m_ticks.x.at[i]), m_area.bottom() + px(20.0)},
                          style(kTickSize, m_theme.secondary, Align::Centre));
        m_canvas.text(m_plot.x_label, {m_area.right(), m_area.bottom() + px(38.0)},
                      style(kTickSize, m_theme.secondary, Align::Right));
    }

    void paintData(const PlotScale& scale) {
        const double overhang = px(5.0);  // so that markers on the axes are whole
        m_canvas.clip({m_area.x - overhang, m_area.y - overhang, m_area.width + 2.0 * overhang,
                       m_area.height + 2.0 * overhang});
        for (const auto& series : m_plot.series)
            paintSeriesAreas(m_canvas, series, scale, seriesLook(series, m_theme, m_unit));
        for (const auto& series : m_plot.series)
            paintSeriesLines(m_canvas, series, scale, seriesLook(series, m_theme, m_unit), m_theme,
                             m_unit);
        m_canvas.unclip();
    }

    /// Texts stand in rows under the upper edge, each in the first row where it meets no other.
    void paintMarks(const PlotScale& scale) {
        std::vector<double> row_ends;
        const TextStyle text = style(kCaptionSize, m_theme.mark);
        for (const auto& mark : m_plot.marks) {
            const double from = scale.x(mark.x);
            const double to = std::max(from + px(2.0), scale.x(std::max(mark.x, mark.x_end)));
            if (!std::isfinite(from) || from < m_area.x || from > m_area.right() + px(1.0))
                continue;
            const double width = std::min(to, m_area.right() + px(2.0)) - from;
            m_canvas.fill({from, m_area.y, width, m_area.height}, m_theme.mark,
                          width > px(6.0) ? 0.14 : 0.55);
            const double length = m_canvas.textWidth(mark.text, text);
            double x = from + width + px(6.0);
            if (x + length > m_area.right()) x = from - px(6.0) - length;
            std::size_t row = 0;
            while (row < row_ends.size() && row_ends[row] > x)
                ++row;
            if (row == row_ends.size()) row_ends.push_back(0.0);
            row_ends[row] = x + length + px(8.0);
            m_canvas.text(mark.text, {x, m_area.y + px(12.0 + 15.0 * static_cast<double>(row))},
                          text);
        }
    }

    Canvas& m_canvas;
    const PlotDescription& m_plot;
    const Theme& m_theme;
    double m_width, m_height, m_unit;
    LabelPainter m_labels;
    std::optional<DataRange> m_range;
    PlotTicks m_ticks;
    Rect m_area;
    double m_label_width = 0.0;
    std::vector<std::string> m_footnote;
};

}  // namespace

void paintPlot(Canvas& canvas, const PlotDescription& plot, const Theme& theme, double width,
               double height) {
    Painter(canvas, plot, theme, width, height).paint();
}

}  // namespace wattline
