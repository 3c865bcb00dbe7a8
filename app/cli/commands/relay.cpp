// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <unistd.h>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "telemetry/core/workspace.h"
#include "telemetry/transport/relay.h"

namespace wattline::cli {
namespace {

volatile std::sig_atomic_t g_stop = 0;

extern "C" void noteRelayStop(int) {
    g_stop = 1;
}

void handleRelaySignals() {
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = noteRelayStop;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGHUP, &action, nullptr);
}

Result<void> relay(Console& console, const std::string& run) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto folder = workspace->find(run);
    if (!folder) return tl::unexpected(folder.error());
    const auto sockets = workspace->socketFolder();
    if (!sockets) return tl::unexpected(sockets.error());
    handleRelaySignals();
    auto opened = Relay::open({workspace->hubLease(), folder->path, *sockets, {}});
    if (!opened) return tl::unexpected(opened.error());
    // Whoever started it ends it; but if that one was killed, nobody would.
    const auto starter = getppid();
    constexpr int kWaitMs = 200;
    while (g_stop == 0 && getppid() == starter)
        (*opened)->turn(kWaitMs);
    const auto& counters = (*opened)->counters();
    console.write("relay: " + std::to_string(counters.up) + " messages to the hub, " +
                  std::to_string(counters.down) + " to ranks, " + std::to_string(counters.dropped) +
                  " left to the journals\n");
    return {};
}

}  // namespace

void addRelay(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "relay", "Be the one connection to the hub for all ranks of a run on this node");
    auto run = std::make_shared<std::string>();
    command->add_option("run", *run, "Run id, part of one, latest, or a run folder")->required();
    command->footer(
        "job.sh starts it where a run has many ranks; it ends with TERM or with whoever "
        "started it. Ranks go through it while it lives, else straight to the hub; "
        "nothing is lost either way.\n\nExamples:\n"
        "  wattline relay latest\n"
        "  WATTLINE_RELAY_RANKS=1 wattline run --ranks 2    job.sh starts one here");
    command->callback([&chosen, run] { chosen = [run](Console& c) { return relay(c, *run); }; });
}

}  // namespace wattline::cli
