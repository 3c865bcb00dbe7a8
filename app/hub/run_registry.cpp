// SPDX-License-Identifier: Apache-2.0
#include "app/hub/run_registry.h"

#include <algorithm>
#include <spdlog/spdlog.h>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMillisecond;
constexpr std::int64_t kTendPeriod = kSecond;
constexpr std::int64_t kHealPeriod = 100 * kMillisecond;     ///< at most so often after a gap
constexpr std::int64_t kRefreshPeriod = 100 * kMillisecond;  ///< of a summary that clients poll
constexpr std::int64_t kReadPeriod = 5 * kSecond;            ///< of journals whose ranks all speak
constexpr std::int64_t kStorePeriod = 10 * kSecond;          ///< of a live run's summary
constexpr std::int64_t kSavePeriod = 60 * kSecond;           ///< ... of its series
constexpr std::int64_t kSettleTime = 2 * kSecond;            ///< late journal data after the end
constexpr std::int64_t kReplayAfter = kSecond;               ///< the folder had its chance
constexpr std::int64_t kReplayPeriod = 3 * kSecond;          ///< between two requests to one rank
constexpr std::int64_t kCloseAfter = 60 * kSecond;
constexpr std::int64_t kTryAgainAfter = 10 * kSecond;
constexpr std::int64_t kStartBudget = 3 * kSecond;  ///< for opening runs before serving
constexpr std::int64_t kSilence = 5 * kSecond;      ///< without a heartbeat on a socket
constexpr const char* kThroughTheFolder =
    "its ranks have no connection to the hub: records and commands go through the run folder, "
    "about a second late";
constexpr std::size_t kMaxOpenEnded = 16;
constexpr std::size_t kMaxRemembered = 4096;

}  // namespace

struct RunRegistry::Entry {
    RunFolder folder;
    RunSummary summary;
    std::string json;           ///< of the summary; empty: to be made
    std::uint64_t changed = 0;  ///< registry's revision of the last change
    std::unique_ptr<RunHistory> history;
    std::uint64_t history_revision = 0;  ///< that the summary shows
    bool live = false;
    bool took_frames = false;  ///< since it was last asked whether it needs healing
    struct Peer {
        std::uint32_t attempt = 0;
        std::string name;
        std::uint64_t gap_from = 0;  ///< first record that is missing; 0: none
        std::int64_t gap_since_ns = 0, asked_ns = 0;
    };
    std::map<std::uint32_t, Peer> peers;  ///< by rank: connections of the latest attempt
    RunState stored_state = RunState::Queued;
    std::int64_t heard_ns = 0;  ///< last frame over a socket, or when we began to listen
    std::int64_t read_ns = 0;   ///< journals, in watch()
    std::int64_t healed_ns = 0, refreshed_ns = 0, stored_ns = 0, used_ns = 0, saved_ns = 0;
    std::int64_t ended_ns = 0;  ///< when the end was first seen; 0: not ended
};

Result<std::unique_ptr<RunRegistry>> RunRegistry::open(const Workspace& workspace,
                                                       const Clock& clock) {
    auto catalog = Catalog::open(workspace.catalog());
    if (!catalog) return tl::unexpected(catalog.error());
    auto registry =
        std::unique_ptr<RunRegistry>(new RunRegistry(workspace, std::move(*catalog), clock));
    registry->loadCatalog();
    registry->scan();
    const auto deadline = clock.monotonicNs() + kStartBudget;
    while (!registry->m_to_open.empty() && clock.monotonicNs() < deadline)
        registry->openNext();
    return registry;
}

RunRegistry::RunRegistry(Workspace workspace, std::unique_ptr<Catalog> catalog, const Clock& clock)
    : m_workspace(std::move(workspace)), m_catalog(std::move(catalog)), m_clock(clock),
      m_revision(static_cast<std::uint64_t>(clock.realtimeNs() / kMillisecond)) {}

RunRegistry::~RunRegistry() = default;

/// Runs that ended need no journal to be read; the others, and those once given up as lost, do.
void RunRegistry::loadCatalog() {
    auto summaries = m_catalog->all();
    if (!summaries) {
        spdlog::error("the catalog cannot be read: {}", summaries.error().message);
        return;
    }
    for (auto& summary : *summaries) {
        if (!isFinal(summary.state) || summary.state == RunState::Lost) continue;
        auto entry = std::make_unique<Entry>();
        entry->folder = m_workspace.runFolder(summary.spec.id);
        entry->stored_state = summary.state;
        entry->changed = ++m_revision;
        entry->summary = std::move(summary);
        const RunId id = entry->summary.spec.id;
        m_runs.emplace(id, std::move(entry));
    }
}

void RunRegistry::scan() {
    const auto ids = m_workspace.runIds();
    std::vector<RunId> gone;
    for (const auto& [id, entry] : m_runs)
        if (!std::ranges::binary_search(ids, id, std::greater<>())) gone.push_back(id);
    for (const auto& id : gone)
        forget(id);
    const auto now = m_clock.monotonicNs();
    for (const auto& id : ids) {
        if (m_runs.contains(id) || std::ranges::find(m_to_open, id) != m_to_open.end()) continue;
        const auto tried = m_unreadable.find(id);
        if (tried != m_unreadable.end() && now - tried->second < kTryAgainAfter) continue;
        if (m_workspace.files().stat(m_workspace.runFolder(id).spec())) m_to_open.push_back(id);
    }
}

void RunRegistry::openNext() {
    if (m_to_open.empty()) return;
    const RunId id = std::move(m_to_open.front());
    m_to_open.pop_front();
    auto entry = std::make_unique<Entry>();
    entry->folder = m_workspace.runFolder(id);
    if (auto ok = openHistory(*entry); !ok) {
        if (!m_unreadable.contains(id)) spdlog::warn("run {}: {}", id, ok.error().message);
        m_unreadable[id] = m_clock.monotonicNs();
        return;
    }
    m_unreadable.erase(id);
    entry->live = true;
    auto& added = *m_runs.insert_or_assign(id, std::move(entry)).first->second;
    watch(added);
    spdlog::info("run {}: {}", id, name(added.summary.state));
}

Result<void> RunRegistry::openHistory(Entry& entry) {
    auto history = RunHistory::open(entry.folder, {RunHistory::Series::Kept, {}}, m_clock,
                                    m_workspace.files());
    if (!history) return tl::unexpected(history.error());
    if (!(*history)->remark().empty())
        spdlog::warn("run {}: {}", entry.folder.id(), (*history)->remark());
    entry.history = std::move(*history);
    entry.heard_ns = m_clock.monotonicNs();
    entry.used_ns = m_clock.monotonicNs();
    entry.history_revision = 0;
    refresh(entry);
    return {};
}

bool RunRegistry::ingest(const wire::FrameView& frame, const std::string& peer) {
    auto* entry = entryOf(frame.envelope.run);
    if (entry == nullptr) return false;
    if (!entry->history) {
        if (auto ok = openHistory(*entry); !ok) {
            spdlog::warn("run {}: {}", frame.envelope.run, ok.error().message);
            return false;
        }
    }
    if (!entry->live) {  // a run that was given up and speaks again
        entry->live = true;
        entry->ended_ns = 0;
    }
    auto& known = entry->peers[frame.envelope.rank];
    if (frame.envelope.attempt >= known.attempt) {
        known.attempt = frame.envelope.attempt;
        known.name = peer;
    }
    entry->heard_ns = m_clock.monotonicNs();
    if (!entry->history->ingest(frame) && frame.sequenced()) ++m_repeated;
    entry->took_frames = true;
    return true;
}

void RunRegistry::tend() {
    openNext();
    const auto now = m_clock.monotonicNs();
    for (auto& [id, entry] : m_runs) {
        // Not after every frame: the answer takes a look at every rank.
        if (!entry->took_frames || now - entry->healed_ns < kHealPeriod) continue;
        entry->took_frames = false;
        entry->healed_ns = now;
        if (entry->live && entry->history->needsHealing()) heal(*entry);
    }
    if (now < m_next_tend_ns) return;
    m_next_tend_ns = now + kTendPeriod;
    scan();
    for (auto& [id, entry] : m_runs)
        if (entry->live) watch(*entry);
    closeUnused();
}

void RunRegistry::heal(Entry& entry) {
    entry.healed_ns = m_clock.monotonicNs();
    if (auto gained = entry.history->heal(); gained)
        m_healed += *gained;
    else
        spdlog::warn("run {}: {}", entry.folder.id(), gained.error().message);
}

/// The run folder may be one that this host sees late or not at all: then the rank has the rest.
void RunRegistry::askForReplays(Entry& entry) {
    const auto now = m_clock.monotonicNs();
    const auto gaps = entry.history->gaps();
    for (auto& [rank, peer] : entry.peers) {
        const auto gap = std::ranges::find_if(gaps, [&](const RunHistory::Gap& each) {
            return each.rank == rank && each.attempt == peer.attempt;
        });
        if (gap == gaps.end() || gap->from != peer.gap_from) {
            peer.gap_from = gap == gaps.end() ? 0 : gap->from;
            peer.gap_since_ns = now;
            continue;
        }
        if (now - peer.gap_since_ns < kReplayAfter || now - peer.asked_ns < kReplayPeriod) continue;
        peer.asked_ns = now;
        ReplayRequest request{peer.name, {}};
        wire::appendJson(request.frame, wire::Kind::Replay,
                         {entry.folder.id(), gap->attempt, gap->rank, 0},
                         wire::toJson(wire::Replay{gap->from, gap->to}));
        m_replays.push_back(std::move(request));
    }
}

void RunRegistry::watch(Entry& entry) {
    // Where all ranks speak on a socket, their journals tell the same once more: a look a second
    // would cost an open() a rank. One that falls silent shows soon enough.
    const auto since_heard = m_clock.monotonicNs() - entry.heard_ns;
    const bool all_speak =
        entry.peers.size() >= static_cast<std::size_t>(entry.summary.spec.ranks) &&
        since_heard < 2 * kSecond;
    if (!all_speak || m_clock.monotonicNs() - entry.read_ns >= kReadPeriod) {
        entry.read_ns = m_clock.monotonicNs();
        heal(entry);
    }
    askForReplays(entry);
    if (auto ok = entry.history->superviseNow(); !ok)
        spdlog::warn("run {}: {}", entry.folder.id(), ok.error().message);
    refresh(entry);
    const auto now = m_clock.monotonicNs();
    if (now - entry.saved_ns >= kSavePeriod) save(entry);
    const bool due = now - entry.stored_ns >= kStorePeriod;
    if (!isFinal(entry.summary.state)) {
        if (entry.summary.state != entry.stored_state || due) store(entry);
        entry.ended_ns = 0;
    } else if (entry.ended_ns == 0) {
        entry.ended_ns = now;
    } else if (now - entry.ended_ns >= kSettleTime) {
        // What is in no journal after a while, though the socket brought it, was lost with its
        // host; what a network file system has not shown by then will not come.
        const bool patient = now - entry.ended_ns < wire::kStaleNs;
        if (patient && !entry.history->isWhole()) return;
        restOnJournals(entry);
        if (patient && !entry.history->isWhole()) return;  // read anew, and seen late again
        settle(entry);
    }
}

void RunRegistry::restOnJournals(Entry& entry) {
    if (auto ok = entry.history->restOnJournals(); !ok)
        spdlog::warn("run {}: {}", entry.folder.id(), ok.error().message);
    refresh(entry);
}

void RunRegistry::settle(Entry& entry) {
    spdlog::info("run {}: {}, {} of {} records stored, {} lost", entry.folder.id(),
                 name(entry.summary.state), entry.summary.records_stored,
                 entry.summary.records_expected, entry.summary.records_lost);
    save(entry);
    store(entry);
    entry.live = false;
    entry.peers.clear();
    entry.used_ns = m_clock.monotonicNs();
}

/// The next hub goes on from here instead of reading the journals from their start.
void RunRegistry::save(Entry& entry) {
    entry.saved_ns = m_clock.monotonicNs();
    if (auto ok = entry.history->saveSeries(); !ok)
        spdlog::warn("run {}: {}", entry.folder.id(), ok.error().message);
}

Result<std::int64_t> RunRegistry::rebuild(const RunId& id) {
    auto* entry = entryOf(id);
    if (entry == nullptr)
        return fail(ExitCode::NotFound,
                    "there is no run '" + id + "' in " + m_workspace.root().string());
    if (!entry->history)
        if (auto ok = openHistory(*entry); !ok) return tl::unexpected(ok.error());
    if (auto ok = entry->history->rebuild(); !ok) return tl::unexpected(ok.error());
    spdlog::info("run {}: its series were made again from the journals", id);
    refresh(*entry);
    return entry->summary.records_stored;
}

void RunRegistry::refresh(Entry& entry) {
    entry.refreshed_ns = m_clock.monotonicNs();
    if (!entry.history || entry.history->revision() == entry.history_revision) return;
    entry.history_revision = entry.history->revision();
    entry.summary = entry.history->summary();
    // Otherwise a person would wonder why the curve moves in steps.
    const bool going =
        entry.summary.state == RunState::Running || entry.summary.state == RunState::Held;
    if (entry.live && going && entry.summary.state_reason.empty() &&
        entry.refreshed_ns - entry.heard_ns > kSilence)
        entry.summary.state_reason = kThroughTheFolder;
    entry.json.clear();
    entry.changed = ++m_revision;
}

void RunRegistry::store(Entry& entry) {
    entry.stored_state = entry.summary.state;
    entry.stored_ns = m_clock.monotonicNs();
    if (auto ok = m_catalog->put(entry.summary); !ok)
        spdlog::error("run {}: {}", entry.folder.id(), ok.error().message);
}

void RunRegistry::saveAll() {
    for (auto& [id, entry] : m_runs) {
        if (!entry->live) continue;
        refresh(*entry);
        save(*entry);
        // An end that is not settled is looked into again by the next hub.
        if (!isFinal(entry->summary.state)) store(*entry);
    }
}

/// Ended runs whose series nobody asks for any more; the longest unused first.
void RunRegistry::closeUnused() {
    std::vector<Entry*> open;
    for (auto& [id, entry] : m_runs)
        if (entry->history && !entry->live) open.push_back(entry.get());
    std::ranges::sort(open, std::less<>(), &Entry::used_ns);
    const auto now = m_clock.monotonicNs();
    for (std::size_t i = 0; i < open.size(); ++i)
        if (open.size() - i > kMaxOpenEnded || now - open[i]->used_ns > kCloseAfter)
            open[i]->history.reset();
}

void RunRegistry::forget(const RunId& id) {
    spdlog::info("run {}: its folder is gone", id);
    m_runs.erase(id);
    m_removed.emplace_back(++m_revision, id);
    if (m_removed.size() > kMaxRemembered) m_removed.pop_front();
    if (auto ok = m_catalog->remove(id); !ok) spdlog::error("run {}: {}", id, ok.error().message);
}

/// A launch may be quicker than the next scan.
RunRegistry::Entry* RunRegistry::entryOf(const RunId& id) {
    if (const auto it = m_runs.find(id); it != m_runs.end()) return it->second.get();
    const auto now = m_clock.monotonicNs();
    const auto tried = m_unreadable.find(id);
    if (tried != m_unreadable.end() && now - tried->second < kTryAgainAfter) return nullptr;
    if (!isRunId(id) || !m_workspace.files().stat(m_workspace.runFolder(id).spec())) return nullptr;
    std::erase(m_to_open, id);
    m_to_open.push_front(id);
    openNext();
    const auto it = m_runs.find(id);
    return it == m_runs.end() ? nullptr : it->second.get();
}

RunRegistry::Changes RunRegistry::changesSince(std::uint64_t since, std::size_t page_bytes) {
    const auto now = m_clock.monotonicNs();
    std::vector<Entry*> changed;
    for (auto& [id, entry] : m_runs) {
        if (entry->live && now - entry->refreshed_ns >= kRefreshPeriod) refresh(*entry);
        if (entry->changed > since) changed.push_back(entry.get());
    }
    std::ranges::sort(changed, std::less<>(), &Entry::changed);
    Changes changes;
    changes.revision = m_revision;
    std::size_t bytes = 0;
    for (auto* entry : changed) {
        if (bytes > 0 && bytes >= page_bytes) {
            changes.more = true;
            break;
        }
        if (entry->json.empty()) entry->json = wire::toJson(entry->summary);
        bytes += entry->json.size();
        changes.runs.push_back(entry->json);
        changes.revision = entry->changed;
    }
    if (!changes.more) changes.revision = m_revision;
    for (const auto& [revision, id] : m_removed)
        if (revision > since && revision <= changes.revision && !m_runs.contains(id))
            changes.removed.push_back(id);
    return changes;
}

std::vector<RunRegistry::Reached> RunRegistry::reachedByRanks() const {
    std::vector<Reached> all;
    for (const auto& [id, entry] : m_runs) {
        if (!entry->live || !entry->history) continue;
        for (const auto& [rank, peer] : entry->peers)
            all.push_back({id, peer.attempt, rank, peer.name,
                           entry->history->reachedSequence(peer.attempt, rank)});
    }
    return all;
}

Result<SeriesColumns> RunRegistry::query(const SeriesQuery& query) {
    auto* entry = entryOf(query.run);
    if (entry == nullptr)
        return fail(ExitCode::NotFound,
                    "there is no run '" + query.run + "' in " + m_workspace.root().string());
    if (!entry->history)
        if (auto ok = openHistory(*entry); !ok) return tl::unexpected(ok.error());
    entry->used_ns = m_clock.monotonicNs();
    return entry->history->query(query);
}

const RunSummary* RunRegistry::find(const RunId& id) {
    auto* entry = entryOf(id);
    if (entry == nullptr) return nullptr;
    if (entry->live) refresh(*entry);
    return &entry->summary;
}

std::string RunRegistry::rankZero(const RunId& id) const {
    const auto it = m_runs.find(id);
    if (it == m_runs.end()) return {};
    const auto zero = it->second->peers.find(0);
    return zero == it->second->peers.end() ? std::string() : zero->second.name;
}

std::size_t RunRegistry::liveCount() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(m_runs, [](const auto& item) { return item.second->live; }));
}

std::vector<RunId> RunRegistry::liveRuns() const {
    std::vector<RunId> live;
    for (const auto& [id, entry] : m_runs)
        if (entry->live) live.push_back(id);
    return live;
}

}  // namespace wattline
