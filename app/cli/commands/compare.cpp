// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/factor_options.h"
#include "app/cli/output_file.h"
#include "app/cli/plot_options.h"
#include "app/cli/run_plot.h"
#include "app/cli/run_sources.h"
#include "app/cli/text_table.h"
#include "telemetry/analysis/comparison.h"
#include "telemetry/export/comparison_export.h"
#include "telemetry/export/comparison_text.h"

namespace wattline::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    std::vector<std::string> outputs;
    bool json = false;
    PlotRequest plot;
    FactorRequest factors;
};

std::string table(const Comparison& comparison) {
    std::vector<TextTable::Column> columns{{""}};
    for (const auto& run : comparison.runs)
        columns.push_back({run.spec.id, TextTable::Align::Right});
    TextTable table(std::move(columns));
    std::vector<std::string> names{"Name"};
    for (const auto& run : comparison.runs)
        names.push_back(displayName(run.spec));
    table.addRow(std::move(names));
    for (const auto& row : comparison.rows) {
        std::vector<std::string> cells{row.label};
        for (std::size_t i = 0; i < row.figures.size(); ++i) {
            const auto difference = differenceText(row, i);
            cells.push_back(figureText(comparison, row, i) +
                            (difference.empty() ? "" : " (" + difference + ")"));
        }
        table.addRow(std::move(cells));
    }
    auto text = table.text();
    if (!comparison.notes.empty()) text += "\n";
    for (const auto& note : comparison.notes)
        text += "Note: " + printable(note) + "\n";
    return text;
}

Result<std::string> fileBytes(const Workspace& workspace, const Comparison& comparison,
                              const Options& options, const std::string& output) {
    const auto extension = extensionOf(output);
    if (extension == "csv") return comparisonCsv(comparison);
    if (extension == "json") return comparisonJson(comparison);
    if (extension == "md") return comparisonMarkdown(comparison);
    if (isImageExtension(extension)) {
        const auto folders = findFolders(workspace, options.runs);
        if (!folders) return tl::unexpected(folders.error());
        return drawPlot(*folders, options.plot, extension);
    }
    return fail(ExitCode::Usage, "cannot tell a format from '" + output +
                                     "'; end it in .csv, .json, .md, .svg, .pdf or .png");
}

Result<void> compareRuns(Console& console, const Options& options) {
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    auto runs = readRuns(*workspace, options.runs);
    if (!runs) return tl::unexpected(runs.error());
    const auto factors = readFactors(*workspace, options.factors);
    if (!factors) return tl::unexpected(factors.error());
    std::vector<DerivedFigures> derived;
    for (std::size_t i = 0; i < runs->size(); ++i) {
        auto figures = deriveFor(*workspace, (*runs)[i], options.runs[i], *factors);
        if (!figures) return tl::unexpected(figures.error());
        derived.push_back(std::move(*figures));
    }
    const auto comparison = withFactors(compare(std::move(*runs)), *factors, derived);
    std::string written;
    for (const auto& output : options.outputs) {
        const auto bytes = fileBytes(*workspace, comparison, options, output);
        if (!bytes) return tl::unexpected(bytes.error());
        if (auto ok = writeOutputFile(output, *bytes); !ok) return ok;
        written += "Wrote " + output + "\n";
    }
    console.write(options.json ? comparisonJson(comparison) : table(comparison) + written);
    return {};
}

}  // namespace

void addCompare(CLI::App& app, Chosen& chosen) {
    auto* command =
        app.add_subcommand("compare", "Compare runs: figures side by side, against the first one");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Two or more runs; the first is the reference")
        ->required()
        ->expected(2, kMaxRunsCompared);
    command->add_flag("--json", options->json, "One object: runs, rows, notes");
    command
        ->add_option("--output", options->outputs,
                     "Also write a file: .csv, .json, .md, or a plot as .svg, .pdf, .png; may be "
                     "given several times")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    addPlotOptions(*command, options->plot);
    addFactorOptions(*command, options->factors);
    command->footer("Examples:\n"
                    "  wattline compare 20261121-104512-7f3a latest\n"
                    "  wattline compare 7f3a 9c01 --output comparison.csv --output energy.svg\n"
                    "  wattline compare 7f3a 9c01 --output loss.svg --plot loss --axis gpu_hours");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return compareRuns(console, *options); };
    });
}

}  // namespace wattline::cli
