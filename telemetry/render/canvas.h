// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "telemetry/render/geometry.h"
#include "telemetry/render/theme.h"

typedef struct _cairo cairo_t;  // cairo's own name; its header stays in .cpp files

namespace wattline {

struct Stroke {
    Colour colour;
    double width = 1.0;
    double alpha = 1.0;
    std::vector<double> dash;  ///< lengths on and off; empty: solid
};

enum class Align { Left, Centre, Right };

struct TextStyle {
    double size = 12.0;
    Colour colour;
    bool bold = false;
    Align align = Align::Left;
};

/// What a plot needs of cairo. Text must be clean (see text.h): cairo draws nothing any more after
/// a byte that is not UTF-8. Threads: one owner.
class Canvas {
public:
    explicit Canvas(cairo_t* cairo);

    void fill(const Rect& area, const Colour& colour, double alpha = 1.0);
    void line(const Point& a, const Point& b, const Stroke& stroke);
    void polyline(std::span<const Point> points, const Stroke& stroke);
    void polygon(std::span<const Point> points, const Colour& colour, double alpha);
    void disc(const Point& centre, double radius, const Colour& colour);
    /// A hollow point: a ring around `inside`.
    void ring(const Point& centre, double radius, const Stroke& stroke, const Colour& inside);
    /// `at` is on the base line, at the start, middle or end of the text as `style.align` says.
    void text(const std::string& text, const Point& at, const TextStyle& style);
    [[nodiscard]] double textWidth(const std::string& text, const TextStyle& style);

    void clip(const Rect& area);
    void unclip();

private:
    void setColour(const Colour& colour, double alpha);
    void setStroke(const Stroke& stroke);
    void setFont(const TextStyle& style);
    void trace(std::span<const Point> points);

    cairo_t* m_cairo;
};

}  // namespace wattline
