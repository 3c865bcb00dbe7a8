// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/checkup.h"
#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/text_table.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string toJson(const std::vector<Check>& checks) {
    auto list = Json::array();
    for (const auto& check : checks)
        list.push_back({{"key", check.key},
                        {"ok", check.ok},
                        {"detail", check.detail},
                        {"advice", check.advice.empty() ? Json(nullptr) : Json(check.advice)}});
    const Json document = {{"version", WATTLINE_VERSION}, {"checks", std::move(list)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string toText(const std::vector<Check>& checks) {
    TextTable table({{"WHAT"}, {""}, {"FOUND"}});
    for (const auto& check : checks) {
        table.addRow({check.key, check.ok ? "yes" : "no", check.detail});
        if (!check.advice.empty()) table.addRow({"", "", "-> " + check.advice});
    }
    return table.text();
}

/// What else is missing only narrows what can be done; without these two nothing can be kept.
Result<void> verdict(const std::vector<Check>& checks) {
    for (const auto& check : checks)
        if (!check.ok && (check.key == "workspace" || check.key == "disk"))
            return fail(ExitCode::Environment, check.key + ": " + check.detail +
                                                   (check.advice.empty() ? "" : "; ") +
                                                   check.advice);
    return {};
}

}  // namespace

void addDoctor(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "doctor", "Say what this machine can train and measure, and what to do about the rest");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One object with key, ok, detail and advice of each check");
    command->footer("Examples:\n"
                    "  wattline doctor\n"
                    "  wattline doctor --json | jq '.checks[] | select(.ok | not)'");
    command->callback([&chosen, json] {
        chosen = [json](Console& console) -> Result<void> {
            const auto checks = checkMachine(Workspace::look());
            console.write(*json ? toJson(checks) : toText(checks));
            return verdict(checks);
        };
    });
}

}  // namespace wattline::cli
