// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_plot.h"

#include <map>

#include "telemetry/analysis/run_plots.h"
#include "telemetry/render/render_plot.h"
#include "telemetry/runs/run_history.h"

namespace wattline::cli {
namespace {

Result<const PlotKind*> kindOf(const std::string& series) {
    if (const auto* kind = findPlotKind(series)) return kind;
    std::string known;
    for (const auto& kind : plotKinds())
        known += (known.empty() ? "" : ", ") + kind.series;
    return fail(ExitCode::Usage, "there is no plot of '" + series + "'; choose one of " + known);
}

Result<Axis> axisOf(const PlotRequest& request) {
    const bool cumulative = request.series == "energy" || request.series.starts_with("power");
    if (request.axis.empty()) return cumulative ? Axis::GpuHours : Axis::Step;
    Axis axis{};
    if (parseAxis(request.axis, axis)) return axis;
    std::string known;
    for (int a = 0; a < kAxisCount; ++a)
        known += (a == 0 ? "" : ", ") + std::string(name(static_cast<Axis>(a)));
    return fail(ExitCode::Usage, "there is no axis '" + request.axis + "'; choose one of " + known);
}

/// Two runs of one name would be one line to a reader: such names get their run's id.
void tellApart(std::vector<RunColumns>& runs) {
    std::map<std::string, int> uses;
    for (const auto& run : runs)
        ++uses[displayName(run.summary.spec)];
    for (auto& run : runs)
        if (const auto name = displayName(run.summary.spec); uses[name] > 1)
            run.summary.spec.name = name + " (" + run.summary.spec.id + ")";
}

}  // namespace

Result<PlotDescription> makePlot(const std::vector<RunFolder>& folders,
                                 const PlotRequest& request) {
    const auto kind = kindOf(request.series);
    if (!kind) return tl::unexpected(kind.error());
    const auto axis = axisOf(request);
    if (!axis) return tl::unexpected(axis.error());
    std::vector<RunColumns> runs;
    for (const auto& folder : folders) {
        auto history = RunHistory::open(folder);
        if (!history) return tl::unexpected(history.error());
        SeriesQuery query;
        query.run = folder.id();
        query.series = request.series;
        query.axis = *axis;
        query.columns = request.width;
        auto columns = (*history)->query(query);
        if (!columns) return tl::unexpected(columns.error());
        runs.push_back({(*history)->summary(), std::move(*columns)});
    }
    tellApart(runs);
    return describePlot(**kind, *axis, runs);
}

Result<std::string> drawPlot(const std::vector<RunFolder>& folders, const PlotRequest& request,
                             const std::string& extension) {
    const auto format = imageFormatOf("plot." + extension);
    if (!format) return tl::unexpected(format.error());
    const auto plot = makePlot(folders, request);
    if (!plot) return tl::unexpected(plot.error());
    const auto bytes = renderPlot(*plot, *format, {request.width, request.height, request.dark});
    if (!bytes) return tl::unexpected(bytes.error());
    std::string out;
    out.reserve(bytes->size());
    for (const auto byte : *bytes)
        out += static_cast<char>(byte);
    return out;
}

bool isImageExtension(const std::string& extension) noexcept {
    return extension == "svg" || extension == "pdf" || extension == "png";
}

}  // namespace wattline::cli
