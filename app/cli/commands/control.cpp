// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/run_sources.h"
#include "app/client/hub_call.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> runs;
    bool all = false, json = false;
};

struct Answer {
    RunId run;
    bool held_already = false;
    Result<void> outcome;
};

/// Commands are idempotent by id; each time a person asks is a new one.
std::string newCommandId() {
    constexpr char kDigits[] = "0123456789abcdef";
    std::random_device random;
    std::string id;
    for (int i = 0; i < 16; ++i)
        id += kDigits[random() % 16U];
    return id;
}

Result<std::vector<RunId>> chooseRuns(const Workspace& workspace, const Options& options) {
    std::vector<RunId> ids;
    if (options.all) {
        for (const auto& run : listRuns(workspace).runs)
            if (!isFinal(run.state)) ids.push_back(run.spec.id);
        return ids;
    }
    for (const auto& text : options.runs) {
        const auto folder = workspace.find(text);
        if (!folder) return tl::unexpected(folder.error());
        if (folder->path.parent_path() != workspace.runs())
            return fail(ExitCode::Usage, text + " belongs to another workspace; name it with "
                                                "WATTLINE_HOME to steer its runs");
        ids.push_back(folder->id());
    }
    return ids;
}

Result<void> sendCommand(const HubLease& hub, const RunId& run, CommandKind kind) {
    const Json params = {{"run", run}, {"command", name(kind)}, {"id", newCommandId()}};
    const auto answer = callHub(hub, "command", params.dump());
    if (!answer) return tl::unexpected(answer.error());
    return {};
}

bool isHeld(const Workspace& workspace, const RunId& id) {
    const auto run = readRun(workspace, id);
    return run && run->state == RunState::Held;
}

void print(Console& console, const std::vector<Answer>& answers, CommandKind kind, bool json) {
    auto list = Json::array();
    for (const auto& [run, held_already, outcome] : answers) {
        if (json)
            list.push_back({{"run", run},
                            {"command", name(kind)},
                            {"accepted", outcome.has_value()},
                            {"reason", outcome ? Json(nullptr) : Json(outcome.error().message)}});
        else if (outcome)
            console.write(
                run + "  " +
                (held_already ? "is held already" : std::string(name(kind)) + " accepted") + "\n");
    }
    if (json)
        console.write(list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    else if (answers.empty())
        console.write("No run is going on.\n");
}

/// One sentence for all refusals; the others have been carried out.
Result<void> verdict(const std::vector<Answer>& answers) {
    std::optional<Error> first;
    for (const auto& answer : answers) {
        if (answer.outcome) continue;
        const auto& refusal = answer.outcome.error();
        if (!first)
            first = refusal;
        else
            first->message += "; " + answer.run + ": " + refusal.message;
    }
    if (first) return tl::unexpected(*first);
    return {};
}

Result<void> control(Console& console, const Options& options, CommandKind kind) {
    if (options.all == !options.runs.empty())
        return fail(ExitCode::Usage, "name the runs or give --all, one of the two; see 'wattline " +
                                         std::string(name(kind)) + " --help'");
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto ids = chooseRuns(*workspace, options);
    if (!ids) return tl::unexpected(ids.error());
    std::vector<Answer> answers;
    if (!ids->empty()) {
        const auto hub = findHub(*workspace, true);
        if (!hub) return tl::unexpected(hub.error());
        for (const auto& id : *ids) {
            const bool held = kind == CommandKind::Hold && isHeld(*workspace, id);
            answers.push_back({id, held, sendCommand(*hub, id, kind)});
        }
    }
    print(console, answers, kind, options.json);
    return verdict(answers);
}

void addOne(CLI::App& app, Chosen& chosen, CommandKind kind, const std::string& what) {
    const std::string verb(name(kind));
    auto* command = app.add_subcommand(verb, what);
    auto options = std::make_shared<Options>();
    command->add_option("RUN", options->runs, "Runs: id, part of it, or 'latest'");
    command->add_flag("--all", options->all, "Every run of the workspace that is going on");
    command->add_flag("--json", options->json, "An array with accepted and reason for each run");
    command->footer("Examples:\n  wattline " + verb + " latest\n  wattline " + verb + " --all");
    command->callback([&chosen, options, kind] {
        chosen = [options, kind](Console& console) { return control(console, *options, kind); };
    });
}

}  // namespace

void addControl(CLI::App& app, Chosen& chosen) {
    addOne(app, chosen, CommandKind::Hold,
           "Let runs wait between two steps; energy is booked apart");
    addOne(app, chosen, CommandKind::Resume, "Let held runs go on, exactly where they were");
    addOne(app, chosen, CommandKind::Stop, "End runs in order after the step they are in");
}

}  // namespace wattline::cli
