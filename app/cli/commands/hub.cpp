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
#include "app/hub/listen_setting.h"
#include "app/hub/refusals.h"

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

/// One sentence for each cause for which something was kept out; nothing when there was none.
void writeRefusals(Console& console, const Json& facts) {
    const auto number = [&](const char* key) {
        const auto it = facts.find(key);
        return it != facts.end() && it->is_number_integer() ? it->get<std::int64_t>() : 0;
    };
    TransportCounters refused;
    refused.doors.unknown_key = number("unknown_keys");
    refused.doors.wrong_role = number("wrong_doors");
    refused.doors.bad_handshake = number("bad_handshakes");
    refused.doors.other_user = number("other_users");
    refused.oversized = number("oversized_messages");
    refused.misshapen = number("misshapen_messages");
    for (const auto& sentence : refusalsSince({}, refused))
        console.write(sentence + "\n");
    if (const auto looked = number("refused_requests"); looked > 0)
        console.write(grouped(looked) + " requests refused: a view key may look and not steer\n");
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
    if (const auto it = facts.find("listens"); it != facts.end() && it->is_string())
        console.write("Listens on " + printable(it->get<std::string>()) +
                      " for ranks on other machines (encrypted, keys of this workspace)\n");
    if (const auto it = facts.find("disk_warning"); it != facts.end() && it->is_string())
        console.write("Note: " + printable(it->get<std::string>()) + "\n");
    writeRefusals(console, facts);
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

Result<void> serve(const HubOptions& options) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    return serveHub(*workspace, options);
}

void addServe(CLI::App& hub, Chosen& chosen) {
    auto* command = hub.add_subcommand("serve", "Be the hub of this workspace until it is idle");
    auto options = std::make_shared<HubOptions>();
    command
        ->add_option("--idle-seconds", options->idle_seconds,
                     "End after this long without use; 0: never")
        ->capture_default_str();
    command->add_option("--listen", options->listen,
                        "HOST[:PORT]: also listen on this address, encrypted, for ranks on other "
                        "machines");
    command->footer("Other commands start it when they need it. Exit code 5 when another hub owns "
                    "the workspace.\n\nExamples:\n"
                    "  wattline hub serve\n"
                    "  wattline hub serve --idle-seconds 0\n"
                    "  wattline hub serve --listen 10.0.0.5:7411");
    command->callback(
        [&chosen, options] { chosen = [options](Console&) { return serve(*options); }; });
}

Result<void> listen(Console& console, const std::string& where) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const bool off = where == "off";
    if (auto ok = saveListenAddress(*workspace, off ? "" : where); !ok) return ok;
    console.write(off ? "Hubs of this workspace stay on this machine.\n"
                      : "Hubs of this workspace listen on " + printable(where) + ".\n");
    if (runningHub(*workspace))
        console.write("The one that runs now does not know yet: 'wattline hub stop' ends it, and "
                      "the next command starts a new one.\n");
    return {};
}

void addListen(CLI::App& hub, Chosen& chosen) {
    auto* command = hub.add_subcommand(
        "listen", "Set where hubs of this workspace listen for ranks on other machines");
    auto where = std::make_shared<std::string>();
    command->add_option("address", *where, "HOST[:PORT] of this machine, or off")->required();
    command->footer("Every connection is encrypted and needs a key of the workspace (keys/). One "
                    "address, never all: '*' and 0.0.0.0 are refused. Ranks take PORT, clients "
                    "the next one; without PORT any two that are free.\n\nExamples:\n"
                    "  wattline hub listen 10.0.0.5:7411\n"
                    "  wattline hub listen off");
    command->callback(
        [&chosen, where] { chosen = [where](Console& c) { return listen(c, *where); }; });
}

}  // namespace

void addHub(CLI::App& app, Chosen& chosen) {
    auto* hub = app.add_subcommand("hub", "The process that collects, stores and steers");
    hub->require_subcommand(1);
    hub->footer("Examples:\n"
                "  wattline hub status --json\n"
                "  wattline hub stop");
    addServe(*hub, chosen);
    addListen(*hub, chosen);

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
