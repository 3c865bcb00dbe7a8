// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/factor_options.h"
#include "app/cli/run_report.h"
#include "app/cli/run_sources.h"
#include "telemetry/export/factors_file.h"
#include "telemetry/wire/messages.h"

namespace wattline::cli {
namespace {

struct Options {
    std::string run;
    bool json = false;
    FactorRequest factors;
};

/// What `show --json` prints; factors are a key of their own, and only there when they are on.
std::string jsonText(const RunSummary& run, const Factors& factors, const DerivedFigures& derived) {
    auto text = wire::toJson(run, 2);
    if (!factors.any()) return text + "\n";
    auto document = nlohmann::ordered_json::parse(text);
    document["factors"] = nlohmann::ordered_json::parse(factorsJson(factors, derived));
    return document.dump(2) + "\n";
}

Result<void> show(Console& console, const Options& options) {
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto run = readRun(*workspace, options.run);
    if (!run) return tl::unexpected(run.error());
    const auto factors = readFactors(*workspace, options.factors);
    if (!factors) return tl::unexpected(factors.error());
    const auto derived = deriveFor(*workspace, *run, options.run, *factors);
    if (!derived) return tl::unexpected(derived.error());
    console.write(options.json ? jsonText(*run, *factors, *derived)
                               : runReport(*run, *factors, *derived));
    return {};
}

}  // namespace

void addShow(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand("show", "Show one run in figures");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->run, "Id, part of it, 'latest', or a run's folder")
        ->required();
    command->add_flag("--json", options->json, "One object; unknown figures are null");
    addFactorOptions(*command, options->factors);
    command->footer("Examples:\n"
                    "  wattline show latest\n"
                    "  wattline show latest --pue 1.25 --price 0.31 --currency EUR --carbon 380\n"
                    "  wattline show 20261121-104512-7f3a --json\n"
                    "  wattline show /home/ada/runs/20261121-104512-7f3a");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return show(console, *options); };
    });
}

}  // namespace wattline::cli
