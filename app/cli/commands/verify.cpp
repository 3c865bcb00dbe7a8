// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/wording.h"
#include "telemetry/runs/run_history.h"

namespace wattline::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    bool json = false;
};

struct Verified {
    RunId run;
    VerifyReport report;
    [[nodiscard]] bool clean() const { return report.findings.empty(); }
};

nlohmann::ordered_json toJson(const Verified& v) {
    return {{"id", v.run},
            {"clean", v.clean()},
            {"records_expected", v.report.records_expected},
            {"records_stored", v.report.records_stored},
            {"records_lost", v.report.records_lost},
            {"records_dropped", v.report.records_dropped},
            {"duplicates", v.report.duplicates},
            {"torn_bytes", v.report.torn_bytes},
            {"damaged", v.report.damaged},
            {"findings", v.report.findings},
            {"remarks", v.report.remarks}};
}

std::string toText(const Verified& v) {
    const auto& r = v.report;
    auto out = v.run + (v.clean() ? "  clean: " : "  not clean: ") + grouped(r.records_stored) +
               " of " + grouped(r.records_expected) + " expected records stored, " +
               grouped(r.records_lost) + " lost";
    if (r.records_dropped > 0) out += " (" + grouped(r.records_dropped) + " never recorded)";
    out += "\n";
    for (const auto& finding : r.findings)
        out += "  - " + printable(finding) + "\n";
    for (const auto& remark : r.remarks)
        out += "  remark: " + printable(remark) + "\n";
    return out;
}

Result<void> verdict(const std::vector<Verified>& all) {
    std::string bad;
    for (const auto& v : all)
        if (!v.clean()) bad += (bad.empty() ? "" : ", ") + v.run;
    if (bad.empty()) return {};
    return fail(ExitCode::Integrity,
                "not clean: " + bad + "; the findings above say what is missing or damaged");
}

Result<void> verify(Console& console, const Options& options) {
    const auto workspace = Workspace::look();
    if (!workspace) return tl::unexpected(workspace.error());
    std::vector<Verified> all;
    for (const auto& text : options.runs) {
        const auto folder = workspace->find(text);
        if (!folder) return tl::unexpected(folder.error());
        auto report = verifyRun(*folder);
        if (!report) return tl::unexpected(report.error());
        all.push_back({folder->id(), std::move(*report)});
        if (!options.json) console.write(toText(all.back()));
    }
    if (options.json) {
        auto document = nlohmann::ordered_json::array();
        for (const auto& v : all)
            document.push_back(toJson(v));
        const auto& shown = all.size() == 1 ? document.front() : document;
        console.write(shown.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                      "\n");
    }
    return verdict(all);
}

}  // namespace

void addVerify(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "verify", "Compare what the ranks wrote with what is stored; exit code 6 when not clean");
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Runs: id, part of it, 'latest', or a folder")
        ->required();
    command->add_flag("--json", options->json, "One object for one run, an array for several");
    command->footer("Examples:\n"
                    "  wattline verify latest\n"
                    "  wattline verify 20261121-104512-7f3a --json");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return verify(console, *options); };
    });
}

}  // namespace wattline::cli
