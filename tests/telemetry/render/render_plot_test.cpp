// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/render_plot.h"

#include <cairo.h>
#include <cmath>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <memory>

#include "telemetry/render/theme.h"

namespace wattline {
namespace {

using testing::HasSubstr;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string text(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string render(const PlotDescription& plot, ImageFormat format,
                   const RenderOptions& options = {}) {
    auto bytes = renderPlot(plot, format, options);
    EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().message);
    return bytes ? text(*bytes) : "";
}

/// A PNG decoded again, so that single pixels can be asked for.
class Picture {
public:
    explicit Picture(const std::string& png) : m_rest(png) {
        m_surface.reset(cairo_image_surface_create_from_png_stream(read, &m_rest));
        EXPECT_EQ(cairo_surface_status(m_surface.get()), CAIRO_STATUS_SUCCESS);
    }
    int width() const { return cairo_image_surface_get_width(m_surface.get()); }
    int height() const { return cairo_image_surface_get_height(m_surface.get()); }
    unsigned pixel(int x, int y) const {
        unsigned rgb = 0;
        std::memcpy(&rgb,
                    cairo_image_surface_get_data(m_surface.get()) +
                        y * cairo_image_surface_get_stride(m_surface.get()) + 4 * x,
                    4);
        return rgb & 0xFFFFFF;
    }
    /// Pixels of exactly this colour in a rectangle.
    int count(unsigned rgb, int x0, int y0, int x1, int y1) const {
        int n = 0;
        for (int y = y0; y < y1; ++y)
            for (int x = x0; x < x1; ++x)
                n += pixel(x, y) == rgb ? 1 : 0;
        return n;
    }
    int count(unsigned rgb) const { return count(rgb, 0, 0, width(), height()); }

private:
    static cairo_status_t read(void* closure, unsigned char* data, unsigned length) {
        auto& rest = *static_cast<std::string_view*>(closure);
        if (rest.size() < length) return CAIRO_STATUS_READ_ERROR;
        std::memcpy(data, rest.data(), length);
        rest.remove_prefix(length);
        return CAIRO_STATUS_SUCCESS;
    }
    std::string_view m_rest;
    std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> m_surface{
        nullptr, cairo_surface_destroy};
};

constexpr unsigned kFirstSeries = 0x0067A5, kSurface = 0xFFFFFF, kDarkSurface = 0x1A1E25;
constexpr unsigned kSecondary = 0x5C6573;

PlotDescription samplePlot() {
    PlotDescription plot;
    plot.title = "Energy over GPU hours";
    plot.subtitle = "kWh · slope is watts per GPU";
    plot.x_label = "GPU hours";
    plot.y_label = "kWh";
    plot.footnote = "intervals are k = 2 · counter: test";
    PlotSeries s;
    s.label = "2 × 32 <fast & small>";
    s.note = "266 W ± 2";
    s.points = true;
    for (int i = 0; i <= 10; ++i) {
        s.x.push_back(i);
        s.y.push_back(0.266 * i);
    }
    s.fit_x = {0.0, 10.0};
    s.fit_y = {0.0, 2.66};
    s.band_x = {0.0, 10.0};
    s.band_low = {0.0, 2.5};
    s.band_high = {0.0, 2.8};
    plot.series = {s};
    plot.marks = {{3.0, 3.0, "held 12 min"}, {6.0, 7.0, "held"}};
    return plot;
}

TEST(RenderPlot, SameInputGivesTheSameBytesInEveryFormat) {
    for (const auto format : {ImageFormat::Svg, ImageFormat::Pdf, ImageFormat::Png}) {
        const auto first = render(samplePlot(), format);
        EXPECT_GT(first.size(), 1000u);
        EXPECT_EQ(first, render(samplePlot(), format)) << static_cast<int>(format);
    }
}

TEST(RenderPlot, FormatsAreWhatTheySayTheyAre) {
    EXPECT_TRUE(render(samplePlot(), ImageFormat::Png).starts_with("\x89PNG"));
    EXPECT_TRUE(render(samplePlot(), ImageFormat::Pdf).starts_with("%PDF"));
    EXPECT_THAT(render(samplePlot(), ImageFormat::Svg), HasSubstr("</svg>"));
}

TEST(RenderPlot, SvgContainsTheWordsEscaped) {
    const auto svg = render(samplePlot(), ImageFormat::Svg);
    EXPECT_THAT(svg, HasSubstr("<title>Energy over GPU hours</title>"));
    EXPECT_THAT(svg, HasSubstr("2 × 32 &lt;fast &amp; small&gt;: 266 W ± 2"));
    EXPECT_THAT(svg, HasSubstr("held 12 min"));
}

TEST(RenderPlot, PngHasTheSizeAskedForAndInkWhereTheLastPointIs) {
    auto plot = samplePlot();
    plot.series[0].label.clear();  // no labels: the plot then reaches the right margin
    plot.series[0].note.clear();
    const Picture picture(render(plot, ImageFormat::Png));
    EXPECT_EQ(picture.width(), 1200);
    EXPECT_EQ(picture.height(), 750);
    // x runs from 0 to 10, so the last point is at the right edge, 28 pixels from the border; y
    // runs from 0 to 3 between 84 and 660.
    const int x = 1200 - 28;
    const int y = 660 - static_cast<int>(2.66 / 3.0 * (660 - 84));
    EXPECT_GT(picture.count(kFirstSeries, x - 3, y - 3, x + 4, y + 4), 20);
    EXPECT_EQ(picture.count(kFirstSeries, 60, 84, 600, 300), 0) << "nothing above the line";
    EXPECT_EQ(picture.pixel(2, 2), kSurface);
}

TEST(RenderPlot, TitleHasInk) {
    // Without a font package text would be boxes or nothing at all.
    const Picture picture(render(samplePlot(), ImageFormat::Png));
    EXPECT_GT(picture.count(0x1A1E26, 28, 28, 240, 50), 200);
}

TEST(RenderPlot, DarkAndLightDiffer) {
    const Picture dark(render(samplePlot(), ImageFormat::Png, {600, 400, true}));
    EXPECT_EQ(dark.pixel(2, 2), kDarkSurface);
}

TEST(RenderPlot, GapInTheDataIsAGapInTheLine) {
    auto plot = samplePlot();
    plot.marks.clear();
    auto& s = plot.series[0];
    s = PlotSeries{};
    s.x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    s.y = {5, 5, 5, 5, kNaN, kNaN, kNaN, 5, 5, 5, 5};
    const Picture picture(render(plot, ImageFormat::Png));
    const auto columns_with_ink = [&](int x0, int x1) {
        int n = 0;
        for (int x = x0; x < x1; ++x)
            n += picture.count(kFirstSeries, x, 60, x + 1, 680) > 0 ? 1 : 0;
        return n;
    };
    EXPECT_GT(columns_with_ink(100, 300), 190);
    EXPECT_EQ(columns_with_ink(450, 750), 0);
    EXPECT_GT(columns_with_ink(900, 1100), 190);
}

TEST(RenderPlot, EstimatedLineIsDashed) {
    auto plot = samplePlot();
    plot.marks.clear();
    auto& s = plot.series[0];
    s = PlotSeries{};
    s.x = {0, 10};
    s.y = {5, 5};
    const int solid = Picture(render(plot, ImageFormat::Png)).count(kFirstSeries);
    s.estimated = true;
    const int dashed = Picture(render(plot, ImageFormat::Png)).count(kFirstSeries);
    EXPECT_GT(dashed, 0);
    EXPECT_LT(dashed, 0.75 * solid);
}

TEST(RenderPlot, PlotWithoutDataSaysSo) {
    for (const bool with_series : {false, true}) {
        PlotDescription plot;
        plot.title = "Energy";
        if (with_series) {
            plot.series.resize(1);
            plot.series[0].x = {1.0, 2.0};
            plot.series[0].y = {kNaN, kNaN};
        }
        const Picture picture(render(plot, ImageFormat::Png));
        EXPECT_GT(picture.count(kSecondary, 500, 350, 750, 400), 30) << "no data yet";
    }
}

TEST(RenderPlot, SizesOutOfRangeAreRefusedWithASentence) {
    for (const auto& [width, height] :
         std::vector<std::pair<int, int>>{{71, 500}, {500, 0}, {500, -1}, {16385, 500}}) {
        const auto result = renderPlot(samplePlot(), ImageFormat::Png, {width, height, false});
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ExitCode::Usage);
        EXPECT_THAT(result.error().message, HasSubstr("72 to 16384"));
    }
}

TEST(RenderPlot, SmallAndOddShapesAreDrawn) {
    for (const auto& [width, height] :
         std::vector<std::pair<int, int>>{{72, 72}, {2000, 72}, {72, 2000}, {400, 250}})
        EXPECT_FALSE(render(samplePlot(), ImageFormat::Png, {width, height, false}).empty());
}

TEST(RenderPlot, HostileInputIsDrawnAsFarAsItMakesSense) {
    auto plot = samplePlot();
    plot.title = "bad \xFF\xC0\xAF bytes\n\x01";
    plot.series[0].label = std::string(5000, 'x');
    plot.footnote = std::string(5000, 'y');
    plot.x_log = plot.y_log = true;
    plot.series[0].y[3] = -5.0;
    plot.series[0].x[4] = std::numeric_limits<double>::infinity();
    plot.series[0].y.pop_back();
    plot.series[0].y_min = {1.0};
    plot.series[0].y_max = {};
    plot.marks.push_back({kNaN, kNaN, "nowhere"});
    plot.series[0].colour = -3;
    for (const auto format : {ImageFormat::Svg, ImageFormat::Pdf, ImageFormat::Png})
        EXPECT_FALSE(render(plot, format).empty());
}

TEST(ImageFormatOf, FollowsTheEnding) {
    EXPECT_EQ(imageFormatOf("a/b.svg").value(), ImageFormat::Svg);
    EXPECT_EQ(imageFormatOf("b.PDF").value(), ImageFormat::Pdf);
    EXPECT_EQ(imageFormatOf("x.y.png").value(), ImageFormat::Png);
    for (const char* odd : {"", "png", "a.jpg", "a."})
        EXPECT_FALSE(imageFormatOf(odd)) << odd;
}

TEST(Theme, SeriesAndTextsAreReadableOnTheirSurface) {
    for (const auto* theme : {&lightTheme(), &darkTheme()}) {
        for (const auto& colour : theme->series)
            EXPECT_GE(contrast(colour, theme->surface), 4.5);
        for (const auto& colour : {theme->text, theme->secondary, theme->mark})
            EXPECT_GE(contrast(colour, theme->surface), 4.5);
    }
    EXPECT_NEAR(contrast({0, 0, 0}, {1, 1, 1}), 21.0, 1e-9);
}

}  // namespace
}  // namespace wattline
