// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/label_painter.h"

#include <algorithm>
#include <array>

#include "telemetry/render/label_layout.h"
#include "telemetry/render/series_painter.h"
#include "telemetry/render/text.h"

namespace wattline {
namespace {

// Pixels at 1200 x 750.
constexpr double kNoteSize = 15.0, kSideSize = 12.0;
constexpr double kSwatch = 18.0, kSwatchGap = 6.0;
constexpr double kGutter = 34.0;  ///< between the plot and its labels, for the leaders
constexpr double kSlack = 1.0;    ///< so that rounding never cuts the widest label
constexpr double kTall = 40.0, kCompact = 17.0;

/// "266 W ± 2" is told in two voices: the value, then how sure it is.
std::pair<std::string, std::string> splitNote(const std::string& note) {
    for (const char* part : {" ± ", " ("}) {
        const auto at = note.find(part);
        if (at != std::string::npos) return {note.substr(0, at), note.substr(at)};
    }
    return {note, ""};
}

/// An estimate says so, in its note or else in its label.
std::string labelText(const PlotSeries& series) {
    const bool say =
        series.estimated && !series.simulated && series.note.find("estimated") == std::string::npos;
    return say ? series.label + " (estimated)" : series.label;
}

std::string compactText(const PlotSeries& series) {
    return series.note.empty() ? labelText(series) : series.note + "   " + labelText(series);
}

}  // namespace

LabelPainter::LabelPainter(Canvas& canvas, const PlotDescription& plot, const Theme& theme,
                           double unit)
    : m_canvas(canvas), m_plot(plot), m_theme(theme), m_unit(unit) {}

double LabelPainter::textWidth(const PlotSeries& series, bool compact) const {
    const TextStyle small{kSideSize * m_unit, {}, false, Align::Left};
    const double swatch = (kSwatch + kSwatchGap) * m_unit;
    if (compact) return m_canvas.textWidth(compactText(series), small) + swatch;
    const auto [value, side] = splitNote(series.note);
    const double note = m_canvas.textWidth(value, {kNoteSize * m_unit, {}, true, Align::Left}) +
                        m_canvas.textWidth(side, small);
    return std::max(note, m_canvas.textWidth(labelText(series), small) + swatch);
}

bool LabelPainter::isCompact(double height) const {
    return height < kTall * m_unit * static_cast<double>(m_plot.series.size());
}

double LabelPainter::width(double at_most, double height) const {
    double widest = 0.0;
    for (const auto& series : m_plot.series)
        if (!series.label.empty() || !series.note.empty())
            widest = std::max(widest, textWidth(series, isCompact(height)));
    return widest == 0.0 ? 0.0 : std::min(at_most, widest + (kGutter + kSlack) * m_unit);
}

void LabelPainter::paint(const PlotScale& scale, const Rect& area, double width) {
    if (width <= 0.0) return;
    std::vector<Entry> entries;
    std::vector<double> wanted;
    for (const auto& series : m_plot.series) {
        Entry entry{&series, {}};
        if (!seriesEnd(series, scale, entry.end)) continue;
        entry.end.y = std::clamp(entry.end.y, area.y, area.bottom());
        wanted.push_back(entry.end.y);
        entries.push_back(entry);
    }
    const bool compact = isCompact(area.height);
    const auto centres =
        spreadLabels(wanted, (compact ? kCompact : kTall) * m_unit, area.y - 0.3 * kTall * m_unit,
                     area.bottom() + 0.3 * kTall * m_unit);
    const double x = area.right() + kGutter * m_unit;
    for (std::size_t i = 0; i < entries.size(); ++i)
        paintOne(entries[i], centres[i], x, width - kGutter * m_unit, compact);
}

void LabelPainter::paintOne(const Entry& entry, double centre, double x, double width,
                            bool compact) {
    const PlotSeries& series = *entry.series;
    const Colour& colour = m_theme.seriesColour(series.colour);
    const Point from{entry.end.x + 8.0 * m_unit, entry.end.y};
    if (x - from.x > 10.0 * m_unit)
        m_canvas.line(from, {x - 8.0 * m_unit, centre},
                      {colour, 1.0 * m_unit, 0.7, {1.5 * m_unit, 3.5 * m_unit}});
    const double side = kSideSize * m_unit;
    const TextStyle style{side, m_theme.secondary, false, Align::Left};
    const auto measure = [&](const std::string& t) { return m_canvas.textWidth(t, style); };
    double label_y = centre + 0.36 * side;
    if (!compact && !series.note.empty()) {
        paintNote(series.note, {x, centre - 0.12 * kNoteSize * m_unit}, width, colour);
        label_y = centre + 1.25 * side;
    }
    const std::string label = compact ? compactText(series) : labelText(series);
    paintSwatch(series, {x, label_y - 0.36 * side});
    const double offset = (kSwatch + kSwatchGap) * m_unit;
    m_canvas.text(elided(label, width - offset, measure), {x + offset, label_y}, style);
}

void LabelPainter::paintNote(const std::string& note, const Point& at, double width,
                             const Colour& colour) {
    const auto [value, side] = splitNote(note);
    const TextStyle big{kNoteSize * m_unit, colour, true, Align::Left};
    const TextStyle small{kSideSize * m_unit, colour, false, Align::Left};
    m_canvas.text(value, at, big);
    const double used = m_canvas.textWidth(value, big);
    const auto measure = [&](const std::string& t) { return m_canvas.textWidth(t, small); };
    m_canvas.text(elided(side, width - used, measure), {at.x + used, at.y}, small);
}

void LabelPainter::paintSwatch(const PlotSeries& series, const Point& at) {
    const auto look = seriesLook(series, m_theme, 0.7 * m_unit);
    m_canvas.line(at, {at.x + kSwatch * m_unit, at.y}, {look.colour, 2.0 * m_unit, 1.0, look.dash});
    const Point middle{at.x + 0.5 * kSwatch * m_unit, at.y};
    if (!series.points) return;
    if (look.hollow)
        m_canvas.ring(middle, 2.8 * m_unit, {look.colour, 1.4 * m_unit, 1.0, {}}, m_theme.surface);
    else
        m_canvas.disc(middle, 2.8 * m_unit, look.colour);
}

}  // namespace wattline
