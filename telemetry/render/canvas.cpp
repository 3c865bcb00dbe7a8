// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/canvas.h"

#include <cairo.h>
#include <numbers>

namespace wattline {
namespace {

/// fontconfig substitutes its default sans serif (DejaVu Sans on Debian) where Inter is missing.
constexpr const char* kFontFamily = "Inter";

}  // namespace

Canvas::Canvas(cairo_t* cairo) : m_cairo(cairo) {
    // Hinting depends on the output; without it the layout is the same in SVG, PDF and PNG.
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(m_cairo, options);
    cairo_font_options_destroy(options);
    cairo_set_line_join(m_cairo, CAIRO_LINE_JOIN_ROUND);
}

void Canvas::setColour(const Colour& colour, double alpha) {
    cairo_set_source_rgba(m_cairo, colour.r, colour.g, colour.b, alpha);
}

void Canvas::setStroke(const Stroke& stroke) {
    setColour(stroke.colour, stroke.alpha);
    cairo_set_line_width(m_cairo, stroke.width);
    cairo_set_line_cap(m_cairo, stroke.dash.empty() ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
    cairo_set_dash(m_cairo, stroke.dash.data(), static_cast<int>(stroke.dash.size()), 0.0);
}

void Canvas::setFont(const TextStyle& style) {
    cairo_select_font_face(m_cairo, kFontFamily, CAIRO_FONT_SLANT_NORMAL,
                           style.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(m_cairo, style.size);
}

void Canvas::trace(std::span<const Point> points) {
    cairo_new_path(m_cairo);
    for (const auto& p : points)
        cairo_line_to(m_cairo, p.x, p.y);
}

void Canvas::fill(const Rect& area, const Colour& colour, double alpha) {
    setColour(colour, alpha);
    cairo_rectangle(m_cairo, area.x, area.y, area.width, area.height);
    cairo_fill(m_cairo);
}

void Canvas::line(const Point& a, const Point& b, const Stroke& stroke) {
    polyline(std::array{a, b}, stroke);
}

void Canvas::polyline(std::span<const Point> points, const Stroke& stroke) {
    trace(points);
    setStroke(stroke);
    cairo_stroke(m_cairo);
}

void Canvas::polygon(std::span<const Point> points, const Colour& colour, double alpha) {
    trace(points);
    cairo_close_path(m_cairo);
    setColour(colour, alpha);
    cairo_fill(m_cairo);
}

void Canvas::disc(const Point& centre, double radius, const Colour& colour) {
    cairo_new_path(m_cairo);
    cairo_arc(m_cairo, centre.x, centre.y, radius, 0.0, 2.0 * std::numbers::pi);
    setColour(colour, 1.0);
    cairo_fill(m_cairo);
}

void Canvas::ring(const Point& centre, double radius, const Stroke& stroke, const Colour& inside) {
    disc(centre, radius, inside);
    cairo_new_path(m_cairo);
    cairo_arc(m_cairo, centre.x, centre.y, radius, 0.0, 2.0 * std::numbers::pi);
    setStroke(stroke);
    cairo_stroke(m_cairo);
}

void Canvas::text(const std::string& text, const Point& at, const TextStyle& style) {
    if (text.empty()) return;
    double x = at.x;
    if (style.align != Align::Left)
        x -= textWidth(text, style) * (style.align == Align::Centre ? 0.5 : 1.0);
    setFont(style);
    setColour(style.colour, 1.0);
    cairo_move_to(m_cairo, x, at.y);
    cairo_show_text(m_cairo, text.c_str());
    cairo_new_path(m_cairo);
}

double Canvas::textWidth(const std::string& text, const TextStyle& style) {
    setFont(style);
    cairo_text_extents_t extents;
    cairo_text_extents(m_cairo, text.c_str(), &extents);
    return extents.x_advance;
}

void Canvas::clip(const Rect& area) {
    cairo_save(m_cairo);
    cairo_rectangle(m_cairo, area.x, area.y, area.width, area.height);
    cairo_clip(m_cairo);
}

void Canvas::unclip() {
    cairo_restore(m_cairo);
}

}  // namespace wattline
