// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/commands/commands.h"
#include "app/cli/console.h"
#include "app/cli/follow.h"
#include "app/cli/latency_probe.h"
#include "app/cli/live_text.h"
#include "app/cli/simulate_options.h"
#include "app/cli/wording.h"
#include "app/client/hub_connection.h"
#include "telemetry/core/host.h"
#include "telemetry/simulate/simulation.h"
#include "telemetry/transport/rank_sink.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/run_folder.h"

namespace wattline::cli {
namespace {

using Json = nlohmann::ordered_json;
using simulate::Ending;
using simulate::Simulation;

struct Options {
    SimulateOptions plan;
    std::string name;
    bool no_hub = false, tcp = false, quiet = false, json = false, latency = false;
};

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

/// A hub that stops a run and gets no answer sends TERM, as it would to job.sh.
void stopOnSignals() {
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = [](int) { g_stop = true; };
    action.sa_flags = SA_RESTART;
    for (const int signal : {SIGTERM, SIGUSR1, SIGINT})
        sigaction(signal, &action, nullptr);
}

Result<RunFolder> makeFolder(const Workspace& workspace, const simulate::Plan& plan,
                             const std::string& run_name) {
    const auto folder = launch::createRunFolder(workspace, {});
    if (!folder) return folder;
    auto spec = simulate::specOf(plan);
    spec.id = folder->id();
    spec.name = run_name;
    spec.created_unix_ns = systemClock().realtimeNs();
    spec.created_by = userName() + "@" + hostName();
    if (auto ok = writeFileAtomically(folder->spec(), wire::toJson(spec) + "\n"); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = simulate::writeJobRecord(*folder); !ok) return tl::unexpected(ok.error());
    return folder;
}

/// Over ipc; with --tcp as ranks of other hosts would.
Result<Simulation::MakeSink> sinksTo(const Workspace& workspace, const Options& options,
                                     const simulate::Plan& plan) {
    if (options.no_hub)
        return Simulation::MakeSink([](std::uint32_t) { return std::make_unique<NullSink>(); });
    auto sinks = RankSinks::open(
        {workspace.hubLease(), plan.ranks, options.tcp ? "another host" : std::string()});
    if (!sinks) return tl::unexpected(sinks.error());
    return Simulation::MakeSink([all = std::shared_ptr<RankSinks>(std::move(*sinks))](
                                    std::uint32_t) { return all->make(); });
}

/// The simulation on a thread of its own, and how it ended.
class Background {
public:
    Background(Simulation& simulation, RunFolder folder)
        : m_thread([this, &simulation, folder = std::move(folder)] {
              try {
                  m_ending = simulation.run(g_stop);
              } catch (const std::exception& error) {
                  m_ending =
                      fail(ExitCode::Failed, std::string("the simulation failed: ") + error.what());
              }
              auto record = m_ending.value_or(Ending{"failed", 1, {}, {}, hostName(), {}});
              if (!m_ending) record.reason = m_ending.error().message;
              m_recorded = simulate::writeExitRecord(folder, record);
          }) {}

    Result<Ending> wait() {
        if (m_thread.joinable()) m_thread.join();
        if (!m_recorded) return tl::unexpected(m_recorded.error());
        return m_ending;
    }

private:
    Result<Ending> m_ending;  ///< written by the thread, read after it was joined
    Result<void> m_recorded;
    std::jthread m_thread;  ///< last
};

Json latencyJson(const Latency& latency) {
    if (latency.records == 0) return nullptr;
    return {{"records", latency.records},
            {"p50_ms", latency.p50_ms},
            {"p99_ms", latency.p99_ms},
            {"max_ms", latency.max_ms}};
}

Json report(const RunFolder& folder, const Result<Ending>& ending, const simulate::Totals& totals,
            const LatencyProbe::Figures& latency) {
    return {{"id", folder.id()},
            {"folder", folder.path.string()},
            {"simulated", true},
            {"outcome", ending ? ending->outcome : "failed"},
            {"steps", totals.steps},
            {"recorded", totals.recorded},
            {"dropped", totals.dropped},
            {"journaled", totals.journaled},
            {"sent", totals.sent},
            {"unsent", totals.unsent},
            {"journal_errors", totals.journal_errors},
            {"latency", latencyJson(latency.rank)},
            {"latency_of_rows", latencyJson(latency.row)}};
}

std::string announcement(const RunFolder& folder, const simulate::Plan& plan) {
    return "Run " + folder.id() + ", simulated: " + counted(plan.ranks, "rank") + " on " +
           counted(plan.nodes, "node") + ", " +
           counted(static_cast<std::int64_t>(plan.steps()), "step") + ". Ctrl-C stops it.\n";
}

/// Live, until the hub says that it is over.
Result<std::vector<RunSummary>> watch(Console& console, const Workspace& workspace,
                                      const RunId& id) {
    const InterruptWatch interrupt;
    HubConnection hub(workspace, HubConnection::Start::IfMissing);
    auto followed = follow(console, hub, interrupt, {id}, {false, true});
    if (followed && followed->interrupted) {
        g_stop = true;
        followed = follow(console, hub, interrupt, {id}, {true, true});
    }
    if (!followed) return tl::unexpected(followed.error());
    return std::move(followed->runs);
}

std::string endingLine(const RunFolder& folder, const Ending& ending,
                       const simulate::Totals& totals) {
    auto line = "Run " + folder.id() + ": " + ending.outcome + " after " +
                counted(static_cast<std::int64_t>(totals.steps), "step") + ", " +
                counted(static_cast<std::int64_t>(totals.journaled), "record") + " in its journals";
    if (totals.dropped > 0)
        line += ", " + counted(static_cast<std::int64_t>(totals.dropped), "record") + " dropped";
    return line + (ending.reason.empty() ? ".\n" : ": " + ending.reason + ".\n");
}

Result<void> simulateRun(Console& console, const Options& options) {
    const auto workspace = Workspace::open();
    if (!workspace) return tl::unexpected(workspace.error());
    const auto plan = options.plan.plan();
    if (!plan) return tl::unexpected(plan.error());
    stopOnSignals();
    Result<HubLease> hub;
    if (!options.no_hub) hub = findHub(*workspace, true);
    if (!hub) return tl::unexpected(hub.error());
    const auto folder = makeFolder(*workspace, *plan, options.name);
    if (!folder) return tl::unexpected(folder.error());
    const auto sinks = sinksTo(*workspace, options, *plan);
    if (!sinks) return tl::unexpected(sinks.error());
    const auto simulation = Simulation::open(*plan, *folder, *sinks, systemClock());
    if (!simulation) return tl::unexpected(simulation.error());
    std::unique_ptr<LatencyProbe> probe;
    if (options.latency && !options.no_hub) {
        probe = std::make_unique<LatencyProbe>(*hub, folder->id(), plan->ranks);
        (*simulation)->onStep([&probe](std::uint64_t, std::int64_t ns) { probe->recorded(ns); });
    }
    if (!options.json) console.write(announcement(*folder, *plan));
    (void)console.flush();

    Background background(**simulation, *folder);
    const bool live = !options.no_hub && !options.quiet && !options.json;
    Result<std::vector<RunSummary>> watched;
    if (live) watched = watch(console, *workspace, folder->id());
    const auto ending = background.wait();
    const auto latency = probe ? probe->finish() : LatencyProbe::Figures{};
    const auto totals = (*simulation)->totals();
    if (options.json) console.write(report(*folder, ending, totals, latency).dump(2) + "\n");
    if (!ending) return tl::unexpected(ending.error());
    if (!options.json) console.write(endingLine(*folder, *ending, totals));
    if (ending->exit_code != 0)
        return fail(ExitCode::Failed, "run " + folder->id() + " failed: " + ending->reason);
    if (!watched) return tl::unexpected(watched.error());
    return {};
}

}  // namespace

void addSimulate(CLI::App& app, Chosen& chosen) {
    auto* command = app.add_subcommand(
        "simulate", "Show a training that never takes place, on GPUs that do not exist");
    auto options = std::make_shared<Options>();
    options->plan.addTo(*command);
    command->add_option("--name", options->name, "Of the run, for people");
    command->add_flag("--no-hub", options->no_hub, "Only write the run folder");
    command->add_flag("--tcp", options->tcp,
                      "Reach the hub as ranks of other machines do: encrypted, where it listens");
    command->add_flag("--quiet", options->quiet,
                      "No live view; one line at the start and at the end");
    command->add_flag("--json", options->json, "Print one object, at the end");
    command->add_flag("--latency", options->latency,
                      "Measure the time from record() to a client's answer");
    command->footer(
        "A simulated run is a run folder like any other, written and sent by the same code; hold,\n"
        "resume and stop work. It is marked simulated wherever it is shown.\n"
        "Exit code 0 when it finished or was stopped, 1 when it failed as planned.\n\n"
        "Examples:\n"
        "  wattline simulate                                  16 GPUs for a minute, live\n"
        "  wattline simulate --ranks 64 --straggler 17:1.5    one slow GPU, and all that wait\n"
        "  wattline simulate --ranks 32 --kill-node 2@20s     a node dies\n"
        "  wattline simulate --sensor-fault 5@10s+3s --clock-skew-ms 200\n"
        "  wattline simulate --duration 1h --speed max --no-hub --seed 7");
    command->callback([&chosen, options] {
        chosen = [options](Console& console) { return simulateRun(console, *options); };
    });
}

}  // namespace wattline::cli
