// SPDX-License-Identifier: Apache-2.0
#include "app/hub/command_desk.h"

#include <algorithm>
#include <array>
#include <spdlog/spdlog.h>
#include <vector>

#include "app/hub/job_process.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kTendPeriod = kSecond / 4;
constexpr std::int64_t kMoreWhenAccepted = 60 * kSecond;

struct Measure {
    std::int64_t after_ns;
    bool (*take)(const ProcessIdentity& job);
    const char* what;
};
constexpr std::array kMeasures{
    Measure{10 * kSecond, askJobToStop, "TERM to job.sh"},
    Measure{60 * kSecond, terminateJob, "TERM to mpirun"},
    Measure{75 * kSecond, killJob, "KILL to mpirun and its ranks"},
};

/// An id becomes a file's name, so it is as tame as a run's.
bool isCommandId(const std::string& id) {
    return id.size() <= 64 && isRunId(id.substr(0, kMaxRunIdBytes)) &&
           id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789._-") == std::string::npos;
}

}  // namespace

CommandDesk::CommandDesk(const Workspace& workspace, RunRegistry& registry, const Clock& clock,
                         SendToRank send)
    : m_workspace(workspace), m_registry(registry), m_clock(clock), m_send(std::move(send)) {
    adoptStops();
}

void CommandDesk::adoptStops() {
    for (const auto& run : m_registry.liveRuns()) {
        const auto folder = m_workspace.runFolder(run).control();
        const auto names = m_workspace.files().list(folder);
        for (const auto& file : names.value_or(std::vector<std::string>())) {
            if (!file.ends_with(".json")) continue;
            const auto text = readFile(folder / file, m_workspace.files());
            if (!text) continue;
            const auto command = wire::parseCommand(*text);
            if (command && command->kind == CommandKind::Stop)
                m_stops.try_emplace(run, PendingStop{m_clock.monotonicNs()});
        }
    }
}

Result<void> CommandDesk::issue(const RunId& run, CommandKind kind, const std::string& id) {
    const auto* summary = m_registry.find(run);
    if (summary == nullptr)
        return fail(ExitCode::NotFound, "there is no run '" + run + "'; see 'wattline list'");
    if (!isCommandId(id))
        return fail(ExitCode::Usage,
                    "a command's id is 1 to 64 letters, digits, dots, dashes or underscores");
    const auto folder = m_workspace.runFolder(run).control();
    const auto file = folder / (id + ".json");
    auto& files = m_workspace.files();
    if (files.stat(file)) return {};
    if (auto next = apply(kind, summary->state); !next) return tl::unexpected(next.error());
    static_cast<void>(files.makeFolder(folder));  // if that fails, writing says so
    const auto text = wire::toJson(wire::Command{id, kind});
    const auto written = writeFileAtomically(file, text + "\n", files);
    const bool sent = sendToRankZero(run, std::max(1, summary->attempts), text);
    // A full disk must not keep anybody from stopping what fills it: the socket needs no space.
    if (!written && !sent) return written;
    if (!written)
        spdlog::warn("run {}: {}; only rank 0 was told", run, written.error().message);
    else if (!sent)
        spdlog::info("run {}: rank 0 takes no frames; it will find the file", run);
    spdlog::info("run {}: {} (command {})", run, name(kind), id);
    if (kind == CommandKind::Stop) m_stops.try_emplace(run, PendingStop{m_clock.monotonicNs()});
    return {};
}

bool CommandDesk::sendToRankZero(const RunId& run, int attempt, const std::string& command) const {
    const auto peer = m_registry.rankZero(run);
    if (peer.empty()) return false;
    std::vector<std::byte> frame;
    wire::appendJson(frame, wire::Kind::Command, {run, static_cast<std::uint32_t>(attempt), 0, 0},
                     command);
    return m_send(peer, frame);
}

void CommandDesk::watch(const wire::FrameView& frame) {
    if (frame.kind != wire::Kind::Event || frame.envelope.rank != 0) return;
    const auto event = wire::parseEvent(frame.json());
    if (!event || event->kind != "command") return;
    const bool accepted = event->accepted.value_or(false);
    spdlog::info("run {}: rank 0 {} {} {}", frame.envelope.run, accepted ? "accepted" : "refused",
                 event->command, event->reason);
    const auto it = m_stops.find(frame.envelope.run);
    if (it != m_stops.end() && event->command == name(CommandKind::Stop)) {
        it->second.accepted = accepted;
        if (!accepted) m_stops.erase(it);
    }
}

void CommandDesk::tend() {
    const auto now = m_clock.monotonicNs();
    if (m_stops.empty() || now < m_next_tend_ns) return;
    m_next_tend_ns = now + kTendPeriod;
    for (auto it = m_stops.begin(); it != m_stops.end();) {
        const auto* summary = m_registry.find(it->first);
        if (summary == nullptr || isFinal(summary->state)) {
            it = m_stops.erase(it);
            continue;
        }
        it->second.accepted = it->second.accepted || summary->state == RunState::Stopping;
        enforce(it->first, it->second);
        ++it;
    }
}

void CommandDesk::enforce(const RunId& run, PendingStop& stop) {
    if (stop.measures >= static_cast<int>(kMeasures.size())) return;
    const auto& measure = kMeasures.at(static_cast<std::size_t>(stop.measures));
    const auto due = stop.asked_ns + measure.after_ns + (stop.accepted ? kMoreWhenAccepted : 0);
    if (m_clock.monotonicNs() < due) return;
    ++stop.measures;
    const auto job = jobProcess(m_workspace.runFolder(run), m_workspace.files());
    if (job && measure.take(*job))
        spdlog::warn("run {}: did not stop by itself; {}", run, measure.what);
    else
        spdlog::warn("run {}: did not stop by itself, and its job.sh does not run here", run);
}

}  // namespace wattline
