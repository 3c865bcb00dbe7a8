// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"
#include "telemetry/core/workspace.h"
#include "telemetry/runs/run_history.h"
#include "telemetry/store/catalog.h"

namespace wattline {

/// All runs of a workspace. A run that may still change has its history open; a run that has ended
/// is answered for by the catalog, and its history is opened when somebody asks for a series and
/// closed again when nobody did for a while, so that memory does not grow with the number of runs.
///
///   new folder ──▶ live (history open) ──▶ ended (catalog) ◀──▶ opened for a query
///
/// Threads: one owner.
class RunRegistry {
public:
    [[nodiscard]] static Result<std::unique_ptr<RunRegistry>> open(const Workspace& workspace,
                                                                   const Clock& clock);
    ~RunRegistry();
    RunRegistry(const RunRegistry&) = delete;
    RunRegistry& operator=(const RunRegistry&) = delete;

    /// A frame from a rank's connection. False when its run is not of this workspace.
    bool ingest(const wire::FrameView& frame, const std::string& peer);
    /// To be called often: opens one waiting run, heals those that saw a gap and, once a second,
    /// scans for new folders, heals and supervises every live run and settles those that ended.
    void tend();
    /// Stores the summaries of all live runs.
    void saveAll();

    /// Grows with every change of any summary, beyond what an earlier hub's clients saw.
    [[nodiscard]] std::uint64_t revision() const noexcept { return m_revision; }
    struct Changes {
        std::uint64_t revision = 0;     ///< what these bring a client up to
        bool more = false;              ///< there is more after that revision: ask again
        std::vector<std::string> runs;  ///< summaries as JSON
        std::vector<RunId> removed;
    };
    /// The oldest changes first, and at least one, in a page of about `page_bytes`: thousands of
    /// runs neither make a message too large nor keep the hub from its ranks.
    [[nodiscard]] Changes changesSince(std::uint64_t since,
                                       std::size_t page_bytes = std::size_t{1} << 20);
    /// How far the records of each rank that is connected are stored, for acknowledgements.
    struct Reached {
        RunId run;
        std::uint32_t attempt = 1, rank = 0;
        std::string peer;
        std::uint64_t sequence = 0;
    };
    [[nodiscard]] std::vector<Reached> reachedByRanks() const;
    [[nodiscard]] Result<SeriesColumns> query(const SeriesQuery& query);
    /// Makes a run's series again from its journals; answers the records that they hold. Takes
    /// about a second for three million records, in which nothing else is served.
    [[nodiscard]] Result<std::int64_t> rebuild(const RunId& id);
    /// The latest summary; null when there is no such run.
    [[nodiscard]] const RunSummary* find(const RunId& id);
    /// Where rank 0 of a run is connected; empty when it is not.
    [[nodiscard]] std::string rankZero(const RunId& id) const;

    /// What ranks are to be asked to send again, since the last call: gaps that the run folder did
    /// not close within a second, for ranks that are connected.
    struct ReplayRequest {
        std::string peer;
        std::vector<std::byte> frame;
    };
    [[nodiscard]] std::vector<ReplayRequest> takeReplayRequests() {
        return std::exchange(m_replays, {});
    }

    [[nodiscard]] std::size_t size() const noexcept { return m_runs.size(); }
    [[nodiscard]] std::vector<RunId> liveRuns() const;
    [[nodiscard]] std::size_t liveCount() const;
    [[nodiscard]] std::int64_t healedRecords() const noexcept { return m_healed; }
    /// Frames from sockets whose records were known already, or lay ahead of a gap.
    [[nodiscard]] std::int64_t repeatedFrames() const noexcept { return m_repeated; }

private:
    struct Entry;
    RunRegistry(Workspace workspace, std::unique_ptr<Catalog> catalog, const Clock& clock);

    void loadCatalog();
    void scan();
    void openNext();
    [[nodiscard]] Result<void> openHistory(Entry& entry);
    void heal(Entry& entry);
    void askForReplays(Entry& entry);
    void watch(Entry& entry);
    void restOnJournals(Entry& entry);
    void settle(Entry& entry);
    void refresh(Entry& entry);
    void store(Entry& entry);
    void save(Entry& entry);
    void closeUnused();
    void forget(const RunId& id);
    [[nodiscard]] Entry* entryOf(const RunId& id);

    Workspace m_workspace;
    std::unique_ptr<Catalog> m_catalog;
    const Clock& m_clock;
    std::map<RunId, std::unique_ptr<Entry>> m_runs;
    std::vector<ReplayRequest> m_replays;
    std::deque<RunId> m_to_open;
    std::map<RunId, std::int64_t> m_unreadable;  ///< when a folder was tried last
    std::deque<std::pair<std::uint64_t, RunId>> m_removed;
    std::uint64_t m_revision;
    std::int64_t m_healed = 0, m_repeated = 0;
    std::int64_t m_next_tend_ns = 0;
};

}  // namespace wattline
