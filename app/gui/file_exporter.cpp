// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/file_exporter.h"

#include <string_view>

#include "app/cli/output_file.h"
#include "telemetry/export/comparison_export.h"
#include "telemetry/export/comparison_text.h"
#include "telemetry/export/plot_export.h"
#include "telemetry/render/render_plot.h"

namespace wattline::gui {
namespace {

Result<void> refuse(const std::filesystem::path& file, const std::string& endings) {
    return fail(ExitCode::Usage,
                "cannot export to " + file.string() + "; let its name end in " + endings);
}

}  // namespace

Result<void> FileExporter::savePlot(const PlotDescription& plot, bool dark,
                                    const std::filesystem::path& file) const {
    const auto ending = cli::extensionOf(file);
    if (ending == "csv") return cli::writeOutputFile(file, plotCsv(plot));
    const auto format = imageFormatOf(file.string());
    if (!format) return refuse(file, ".svg, .pdf, .png or .csv");
    RenderOptions options;
    options.dark = dark;
    const auto bytes = renderPlot(plot, *format, options);
    if (!bytes) return tl::unexpected(bytes.error());
    return cli::writeOutputFile(
        file, std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
}

Result<void> FileExporter::saveComparison(const Comparison& comparison,
                                          const std::filesystem::path& file) const {
    const auto ending = cli::extensionOf(file);
    if (ending == "csv") return cli::writeOutputFile(file, comparisonCsv(comparison));
    if (ending == "json") return cli::writeOutputFile(file, comparisonJson(comparison));
    if (ending == "md") return cli::writeOutputFile(file, comparisonMarkdown(comparison));
    return refuse(file, ".csv, .json or .md");
}

}  // namespace wattline::gui
