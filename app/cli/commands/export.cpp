// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/factor_options.h"
#include "app/cli/output_file.h"
#include "app/cli/plot_options.h"
#include "app/cli/run_plot.h"
#include "app/cli/run_sources.h"
#include "telemetry/export/plot_export.h"
#include "telemetry/export/run_export.h"
#include "telemetry/runs/run_history.h"

namespace wattline::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    std::string output, format;
    bool plot_data = false;  ///< --plot was given: a csv is of the plot, not of the steps
    PlotRequest plot;
    FactorRequest factors;
};

Result<SeriesRows> readSeries(RunHistory& history, const std::string& series) {
    SeriesRows rows;
    rows.series = series;
    const auto ok =
        history.visitPoints(series, [&](std::span<const double, kAxisCount> axes, double value) {
            rows.axes.emplace_back();
            std::ranges::copy(axes, rows.axes.back().begin());
            rows.values.push_back(value);
        });
    if (!ok) return tl::unexpected(ok.error());
    return rows;
}

Result<RunExport> readExport(const RunFolder& folder, const Factors& factors) {
    auto history = RunHistory::open(folder);
    if (!history) return tl::unexpected(history.error());
    RunExport run;
    run.summary = (*history)->summary();
    auto specification = readFile(folder.spec());
    if (!specification) return tl::unexpected(specification.error());
    run.specification_json = std::move(*specification);
    for (const auto& series : (*history)->seriesNames()) {
        auto rows = readSeries(**history, series);
        if (!rows) return tl::unexpected(rows.error());
        run.series.push_back(std::move(*rows));
    }
    run.factors = factors;
    run.derived = derive(run.summary, factors, (*history)->energyTrace());
    return run;
}

Result<std::vector<RunExport>> readExports(const std::vector<RunFolder>& folders,
                                           const Factors& factors) {
    std::vector<RunExport> runs;
    for (const auto& folder : folders) {
        auto run = readExport(folder, factors);
        if (!run) return tl::unexpected(run.error());
        runs.push_back(std::move(*run));
    }
    return runs;
}

Result<std::string> plotData(const std::vector<RunFolder>& folders, const PlotRequest& request) {
    const auto plot = makePlot(folders, request);
    if (!plot) return tl::unexpected(plot.error());
    return plotCsv(*plot);
}

Result<std::string> exportBytes(const Workspace& workspace, const std::vector<RunFolder>& folders,
                                const Options& options, const std::string& format) {
    if (isImageExtension(format)) return drawPlot(folders, options.plot, format);
    if (format == "csv" && options.plot_data) return plotData(folders, options.plot);
    const auto factors = readFactors(workspace, options.factors);
    if (!factors) return tl::unexpected(factors.error());
    const auto runs = readExports(folders, *factors);
    if (!runs) return tl::unexpected(runs.error());
    if (format == "csv") return stepsCsv(*runs);
    return runsJson(*runs);
}

/// Asked before anything is read: a long export must not end in a wrong file name.
Result<std::string> formatOf(const Options& options) {
    const auto format = options.format.empty() ? extensionOf(options.output) : options.format;
    if (format == "csv" || format == "json" || isImageExtension(format)) return format;
    return fail(ExitCode::Usage,
                "cannot tell a format from '" + options.output +
                    "'; end it in .csv, .json, .svg, .pdf or .png, or give --format");
}

Result<void> exportRuns(Console& console, const Options& options) {
    const auto format = formatOf(options);
    if (!format) return tl::unexpected(format.error());
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto folders = findFolders(*workspace, options.runs);
    if (!folders) return tl::unexpected(folders.error());
    const auto bytes = exportBytes(*workspace, *folders, options, *format);
    if (!bytes) return tl::unexpected(bytes.error());
    if (options.output == "-") {
        console.write(*bytes);
        return {};
    }
    if (auto ok = writeOutputFile(options.output, *bytes); !ok) return ok;
    console.write("Wrote " + options.output + "\n");
    return {};
}

}  // namespace

void addExport(CLI::App& app, Chosen& chosen) {
    auto* command =
        app.add_subcommand("export", "Write runs to a file: steps, everything, or a plot");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Runs: id, part of it, 'latest', or a folder")
        ->required();
    command
        ->add_option("--output", options->output,
                     "File ending in .csv (a line a step), .json (summary, provenance and every "
                     "sample), .svg, .pdf or .png (a plot); - is standard output")
        ->required();
    command->add_option("--format", options->format, "csv, json, svg, pdf or png");
    addPlotOptions(*command, options->plot);
    addFactorOptions(*command, options->factors);
    command->footer("A .csv with --plot holds the plot's points, fit and band instead of steps.\n\n"
                    "Examples:\n"
                    "  wattline export latest --output steps.csv\n"
                    "  wattline export 7f3a 9c01 --output energy.pdf\n"
                    "  wattline export 7f3a 9c01 --output loss.png --plot loss --axis gpu_hours\n"
                    "  wattline export latest --output - --format json | jq '.runs[0].summary'");
    command->callback([&chosen, options, command] {
        options->plot_data = command->count("--plot") > 0;
        chosen = [options](Console& console) { return exportRuns(console, *options); };
    });
}

}  // namespace wattline::cli
