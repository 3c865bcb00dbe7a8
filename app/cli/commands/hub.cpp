// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/wording.h"
#include "app/client/hub_call.h"
#include "app/hub/hub_server.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& document) {
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The lease of a hub that runs; empty when none does.
std::optional<HubLease> runningHub(const Workspace& workspace) {
    auto lease = readHubLease(workspace);
    if (!lease || !isAlive(*lease)) return std::nullopt;
    return *lease;
}

Result<void> reportNone(Console& console, const Workspace& workspace, bool json) {
    if (json)
        console.write(dumped({{"running", false},
                              {"pid", nullptr},
                              {"workspace", workspace.root().string()},
                              {"runs", workspace.runIds().size()}}));
    return fail(ExitCode::Unreachable, "no hub runs for " + workspace.root().string() +
                                           "; 'wattline run' and 'wattline watch' start one");
}

Result<void> status(Console& console, bool json) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto lease = runningHub(*workspace);
    if (!lease) return reportNone(console, *workspace, json);
    const auto answer = callHub(*lease, "status", "{}");
    if (!answer) return tl::unexpected(answer.error());
    const auto facts = Json::parse(answer->result, nullptr, false);
    if (!facts.is_object())
        return fail(ExitCode::Unreachable, "the hub's answer is no JSON object; restart it with "
                                           "'wattline hub stop'");
    if (json) {
        Json document = {{"running", true}};
        document.update(facts);
        console.write(dumped(document));
        return {};
    }
    const auto number = [&](const char* key) {
        const auto it = facts.find(key);
        return it != facts.end() && it->is_number() ? grouped(it->get<std::int64_t>())
                                                    : std::string(kUnknown);
    };
    console.write("Hub of " + printable(workspace->root().string()) + ": pid " +
                  std::to_string(lease->pid) + " on " + printable(lease->host) + ", " +
                  number("runs") + " runs, up " + number("uptime_s") + " s\n" + number("frames") +
                  " frames received, " + number("bad_frames") + " bad, " +
                  number("unknown_frames") + " unknown, " + number("healed_records") +
                  " records healed from journals\n");
    return {};
}

Result<void> stop(Console& console, bool json) {
    constexpr auto kPatience = std::chrono::seconds(10);
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto lease = runningHub(*workspace);
    if (lease) {
        const auto answer = callHub(*lease, "shutdown", "{}");
        if (!answer) return tl::unexpected(answer.error());
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (isAlive(*lease)) {
            if (std::chrono::steady_clock::now() > deadline)
                return fail(ExitCode::Unreachable,
                            "the hub (pid " + std::to_string(lease->pid) +
                                ") accepted the shutdown but still runs; look into " +
                                workspace->hubLog().string());
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
    if (json)
        console.write(dumped({{"stopped", lease.has_value()}, {"running", false}}));
    else
        console.write(lease ? "The hub has ended; runs go on.\n" : "No hub runs.\n");
    return {};
}

Result<void> serve(int idle_seconds) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    return serveHub(*workspace, {idle_seconds});
}

void addServe(CLI::App& hub, Chosen& chosen) {
    auto* command = hub.add_subcommand("serve", "Be the hub of this workspace until it is idle");
    auto idle = std::make_shared<int>(HubOptions{}.idle_seconds);
    command->add_option("--idle-seconds", *idle, "End after this long without use; 0: never")
        ->capture_default_str();
    command->footer("Other commands start it when they need it. Exit code 5 when another hub owns "
                    "the workspace.\n\nExamples:\n"
                    "  wattline hub serve\n"
                    "  wattline hub serve --idle-seconds 0");
    command->callback([&chosen, idle] { chosen = [idle](Console&) { return serve(*idle); }; });
}

}  // namespace

void addHub(CLI::App& app, Chosen& chosen) {
    auto* hub = app.add_subcommand("hub", "The process that collects, stores and steers");
    hub->require_subcommand(1);
    hub->footer("Examples:\n"
                "  wattline hub status --json\n"
                "  wattline hub stop");
    addServe(*hub, chosen);

    auto json = std::make_shared<bool>(false);
    auto* status_command =
        hub->add_subcommand("status", "Say whether a hub runs; never starts one");
    status_command->add_flag("--json", *json, "One object: running, pid, workspace, runs, ...");
    status_command->footer("Exit code 5 when none runs.\n\nExamples:\n"
                           "  wattline hub status\n"
                           "  wattline hub status --json | jq .pid");
    status_command->callback(
        [&chosen, json] { chosen = [json](Console& c) { return status(c, *json); }; });

    auto* stop_command = hub->add_subcommand("stop", "End the hub; runs go on");
    stop_command->add_flag("--json", *json, "One object: stopped, running");
    stop_command->footer("Examples:\n  wattline hub stop");
    stop_command->callback(
        [&chosen, json] { chosen = [json](Console& c) { return stop(c, *json); }; });
}

}  // namespace wattline::cli
