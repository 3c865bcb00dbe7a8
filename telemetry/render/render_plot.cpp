// SPDX-License-Identifier: Apache-2.0
#include "telemetry/render/render_plot.h"

#include <algorithm>
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <cctype>
#include <functional>
#include <memory>

#include "telemetry/render/canvas.h"
#include "telemetry/render/plot_painter.h"
#include "telemetry/render/svg_text.h"
#include "telemetry/render/text.h"

namespace wattline {
namespace {

constexpr int kSmallest = 72, kLargest = 16384;

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

cairo_status_t append(void* closure, const unsigned char* data, unsigned length) {
    auto& bytes = *static_cast<std::string*>(closure);
    bytes.append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t* makeSurface(ImageFormat format, const RenderOptions& options, std::string& out) {
    const double width = options.width, height = options.height;
    if (format == ImageFormat::Png)
        return cairo_image_surface_create(CAIRO_FORMAT_RGB24, options.width, options.height);
    if (format == ImageFormat::Svg) {
        cairo_surface_t* svg = cairo_svg_surface_create_for_stream(append, &out, width, height);
        cairo_svg_surface_set_document_unit(svg, CAIRO_SVG_UNIT_PX);
        return svg;
    }
    cairo_surface_t* pdf = cairo_pdf_surface_create_for_stream(append, &out, width, height);
    // The date of making would change the bytes of the same picture.
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z");
    return pdf;
}

PlotDescription cleaned(PlotDescription plot) {
    for (auto* text : {&plot.title, &plot.subtitle, &plot.x_label, &plot.y_label, &plot.footnote})
        *text = cleanText(*text);
    for (auto& series : plot.series) {
        series.label = cleanText(series.label);
        series.note = cleanText(series.note);
    }
    for (auto& mark : plot.marks)
        mark.text = cleanText(mark.text);
    return plot;
}

Result<std::string> draw(const PlotDescription& plot, ImageFormat format,
                         const RenderOptions& options) {
    std::string out;
    const Surface surface(makeSurface(format, options, out), cairo_surface_destroy);
    if (format == ImageFormat::Pdf)
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, plot.title.c_str());
    const Context cairo(cairo_create(surface.get()), cairo_destroy);
    Canvas canvas(cairo.get());
    paintPlot(canvas, plot, options.dark ? darkTheme() : lightTheme(), options.width,
              options.height);
    cairo_status_t status = cairo_status(cairo.get());
    if (status == CAIRO_STATUS_SUCCESS && format == ImageFormat::Png)
        status = cairo_surface_write_to_png_stream(surface.get(), append, &out);
    cairo_surface_finish(surface.get());
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface.get());
    if (status != CAIRO_STATUS_SUCCESS)
        return fail(ExitCode::Environment, std::string("cannot draw the plot (") +
                                               cairo_status_to_string(status) +
                                               "); try a smaller size");
    return out;
}

}  // namespace

Result<ImageFormat> imageFormatOf(std::string_view file_name) {
    const auto dot = file_name.rfind('.');
    std::string ending(dot == std::string_view::npos ? "" : file_name.substr(dot + 1));
    std::ranges::transform(ending, ending.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (ending == "svg") return ImageFormat::Svg;
    if (ending == "pdf") return ImageFormat::Pdf;
    if (ending == "png") return ImageFormat::Png;
    return fail(ExitCode::Usage, "'" + std::string(file_name) +
                                     "' does not name a picture; end it with .svg, .pdf or .png");
}

Result<std::vector<std::byte>> renderPlot(const PlotDescription& plot, ImageFormat format,
                                          const RenderOptions& options) {
    const auto allowed = [](int size) { return size >= kSmallest && size <= kLargest; };
    if (!allowed(options.width) || !allowed(options.height))
        return fail(ExitCode::Usage, "a picture of " + std::to_string(options.width) + " x " +
                                         std::to_string(options.height) +
                                         " pixels cannot be drawn; choose 72 to 16384");
    const PlotDescription clean = cleaned(plot);
    auto out = draw(clean, format, options);
    if (!out) return tl::unexpected(out.error());
    if (format == ImageFormat::Svg) *out = withDescription(withStableIds(*out), clean);
    const auto* first = reinterpret_cast<const std::byte*>(out->data());
    return std::vector<std::byte>(first, first + out->size());
}

}  // namespace wattline
