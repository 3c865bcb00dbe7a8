// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/file_exporter.h"

#include <QSaveFile>
#include <algorithm>
#include <string_view>

#include "telemetry/export/comparison_export.h"
#include "telemetry/export/comparison_text.h"
#include "telemetry/export/plot_export.h"
#include "telemetry/render/render_plot.h"
#include "ui/models/text.h"

namespace wattline::gui {
namespace {

Result<void> refuse(const std::filesystem::path& file, const std::string& endings) {
    return fail(ExitCode::Usage,
                "cannot export to " + file.string() + "; let its name end in " + endings);
}

/// As the file system has it: ".PDF" is PDF.
std::string endingOf(const std::filesystem::path& file) {
    auto ending = file.extension().string();
    std::ranges::transform(ending, ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return ending;
}

/// The old file or the new one, never a part of it.
Result<void> write(const std::filesystem::path& path, std::string_view bytes) {
    QSaveFile file(ui::fromUtf8(path.string()));
    const auto size = static_cast<qint64>(bytes.size());
    if (file.open(QIODevice::WriteOnly) && file.write(bytes.data(), size) == size && file.commit())
        return {};
    return fail(ExitCode::Environment, "cannot write " + path.string() + " (" +
                                           ui::toUtf8(file.errorString()) +
                                           "); choose another folder or make room");
}

}  // namespace

Result<void> FileExporter::savePlot(const PlotDescription& plot, bool dark,
                                    const std::filesystem::path& file) const {
    const auto ending = endingOf(file);
    if (ending == ".csv") return write(file, plotCsv(plot));
    const auto format = imageFormatOf(file.string());
    if (!format) return refuse(file, ".svg, .pdf, .png or .csv");
    RenderOptions options;
    options.dark = dark;
    const auto bytes = renderPlot(plot, *format, options);
    if (!bytes) return tl::unexpected(bytes.error());
    return write(file,
                 std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
}

Result<void> FileExporter::saveComparison(const Comparison& comparison,
                                          const std::filesystem::path& file) const {
    const auto ending = endingOf(file);
    if (ending == ".csv") return write(file, comparisonCsv(comparison));
    if (ending == ".json") return write(file, comparisonJson(comparison));
    if (ending == ".md") return write(file, comparisonMarkdown(comparison));
    return refuse(file, ".csv, .json or .md");
}

}  // namespace wattline::gui
