// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/clock.h"
#include "telemetry/core/files.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"
#include "telemetry/core/workspace.h"
#include "telemetry/store/series_table.h"
#include "telemetry/wire/frame.h"

namespace wattline {

/// A run as its records tell it: takes frames of any rank, in any order between ranks and with
/// duplicates or gaps within one, and keeps summary, series and ledger. The hub feeds it from the
/// socket and heals it from the journals; the command line and tests feed it from the journals
/// alone; both get the same figures.
///
/// Ingest rule: per (attempt, rank), records are taken in sequence. A frame that lies behind is a
/// duplicate; one that lies ahead is not taken and makes needsHealing() true: the caller then calls
/// heal(), which reads the journal from where it last stopped.
/// Threads: one owner.
class RunHistory {
public:
    /// `clock` and `files` outlive it.
    RunHistory(RunFolder folder, RunSpec spec, const Clock& clock = systemClock(),
               Files& files = systemFiles());
    ~RunHistory();
    RunHistory(const RunHistory&) = delete;
    RunHistory& operator=(const RunHistory&) = delete;
    /// Opens a run folder: run.json, then everything in the journals, then superviseNow().
    [[nodiscard]] static Result<std::unique_ptr<RunHistory>>
    open(const RunFolder& folder, const Clock& clock = systemClock(), Files& files = systemFiles());

    void ingest(const wire::FrameView& frame);
    [[nodiscard]] bool needsHealing() const noexcept;
    /// Reads the journals from where the last heal stopped; returns the records gained.
    Result<std::int64_t> heal();
    /// Looks at job.json and exit.json, at the journals' age and at the ranks' processes: starting,
    /// running, finished, failed (with the rank that mpirun or the ranks name), lost. When the run
    /// turns out to be over, reads the rest of the journals. Costs a few system calls a rank; meant
    /// for once a second.
    Result<void> superviseNow();

    /// Brought up to date on call: O(ranks + devices + what is new).
    [[nodiscard]] const RunSummary& summary();
    [[nodiscard]] std::uint64_t revision() const noexcept;  ///< grows with every change
    [[nodiscard]] Result<SeriesColumns> query(const SeriesQuery& query);
    /// Every point of a series at full resolution, in order, for exports: the axes in the order of
    /// Axis, and the value (NaN: not measured). Refuses an unknown series with a sentence.
    using PointVisitor =
        std::function<void(std::span<const double, kAxisCount> axes, double value)>;
    [[nodiscard]] Result<void> visitPoints(const std::string& series, const PointVisitor& visit);
    /// The headline energy at up to a thousand instants from the window's start to its end, in UTC,
    /// for what depends on when a joule was drawn. Empty without an energy.
    [[nodiscard]] std::vector<EnergyPoint> energyTrace();
    /// Series that this run has: loss, power/..., val_loss, ...
    [[nodiscard]] std::vector<std::string> seriesNames() const;

    /// Brings the files under series/ up to date; for a run that is over, series/summary.json, too.
    [[nodiscard]] Result<void> saveSeries();
    /// File name under series/ and table, for whoever compares them (verify, export).
    [[nodiscard]] std::vector<std::pair<std::string, const SeriesTable*>> tables();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// What `wattline verify` reports.
struct VerifyReport {
    std::int64_t records_expected = 0, records_stored = 0, records_lost = 0, records_dropped = 0;
    std::int64_t duplicates = 0;
    std::uint64_t torn_bytes = 0;
    bool damaged = false;
    std::vector<std::string> findings;  ///< one sentence each; empty: clean
    /// What is as it must be in a run that goes on, or whose ranks were cut off: nothing that was
    /// journaled is missing.
    std::vector<std::string> remarks;
};
/// Compares journals with what ranks said they wrote, and the stored series with the journals.
[[nodiscard]] Result<VerifyReport> verifyRun(const RunFolder& folder,
                                             const Clock& clock = systemClock(),
                                             Files& files = systemFiles());

}  // namespace wattline
