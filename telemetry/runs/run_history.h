// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/clock.h"
#include "telemetry/core/files.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"
#include "telemetry/core/workspace.h"
#include "telemetry/store/column_table.h"
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
    /// Where series come from and go to.
    enum class Series {
        Stored,   ///< read; nothing is written unless reading the journals takes long
        Kept,     ///< gone on from, for saveSeries() to bring up to date: a hub's
        Rebuilt,  ///< what lies there is thrown away, made again from the journals and saved
        Private   ///< nothing there is touched: everything from the journals, for this object alone
    };
    /// Begins with nothing; stored series are thrown away. `clock` and `files` outlive it.
    RunHistory(RunFolder folder, RunSpec spec, const Clock& clock = systemClock(),
               Files& files = systemFiles());
    ~RunHistory();
    RunHistory(const RunHistory&) = delete;
    RunHistory& operator=(const RunHistory&) = delete;
    struct OpenOptions {
        Series series = Series::Stored;
        /// Called now and then while journals are read: bytes read, and how many there are.
        std::function<void(std::uint64_t bytes, std::uint64_t of_bytes)> progress;
    };
    /// Opens a run folder: run.json, the stored series, then what the journals have beyond them,
    /// then superviseNow(). A run whose series were complete is open without its journals being
    /// read; series that are missing, damaged or of an older version are made again from the
    /// journals (see remark()). Refuses series of a newer version with a sentence.
    [[nodiscard]] static Result<std::unique_ptr<RunHistory>>
    open(const RunFolder& folder, const Clock& clock = systemClock(), Files& files = systemFiles());
    [[nodiscard]] static Result<std::unique_ptr<RunHistory>>
    open(const RunFolder& folder, const OpenOptions& options, const Clock& clock = systemClock(),
         Files& files = systemFiles());
    /// Only what lies under series/, for verify; null when nothing does. Reads no journal.
    [[nodiscard]] static Result<std::unique_ptr<RunHistory>>
    openStored(const RunFolder& folder, const Clock& clock = systemClock(),
               Files& files = systemFiles());

    /// False when it brought nothing new: its records were known, or lie ahead of a gap.
    bool ingest(const wire::FrameView& frame);
    [[nodiscard]] bool needsHealing() const noexcept;
    /// Reads the journals from where the last heal stopped; returns the records gained.
    Result<std::int64_t> heal();
    /// Records of the latest attempt that are known to exist and are not here, by rank: the last
    /// range of each.
    struct Gap {
        std::uint32_t attempt = 1, rank = 0;
        std::uint64_t from = 1, to = 1;  ///< sequences, both included
    };
    [[nodiscard]] std::vector<Gap> gaps() const;
    /// True when the journals show everything that there can be: all that the socket brought, and
    /// the end of every rank. A host that crashed before it synced takes records with it that we
    /// have; a network file system shows the last ones late. Ranks of this host cannot be late.
    [[nodiscard]] bool isWhole() const;
    /// Before a run is put away: if it is not whole, or something came after rows of a later time
    /// had been made, makes it anew from the journals alone. What none of them has is then lost,
    /// and counted.
    Result<void> restOnJournals();
    /// Looks at job.json and exit.json, at the journals' age and at the ranks' processes: starting,
    /// running, finished, failed (with the rank that mpirun or the ranks name), lost. When the run
    /// turns out to be over, reads the rest of the journals. Costs a few system calls a rank; meant
    /// for once a second.
    Result<void> superviseNow();

    /// Brought up to date on call: O(ranks + devices + what is new).
    [[nodiscard]] const RunSummary& summary();
    [[nodiscard]] std::uint64_t revision() const noexcept;  ///< grows with every change
    [[nodiscard]] Result<SeriesColumns> query(const SeriesQuery& query);
    /// Every point of a series of the run at full resolution, in order, for exports: the axes in
    /// the order of Axis, and the value (NaN: not measured). Refuses an unknown series with a
    /// sentence.
    using PointVisitor =
        std::function<void(std::span<const double, kAxisCount> axes, double value)>;
    [[nodiscard]] Result<void> visitPoints(const std::string& series, const PointVisitor& visit);
    /// The last record of a rank up to which all are stored or known to be lost; 0: none yet.
    [[nodiscard]] std::uint64_t reachedSequence(std::uint32_t attempt, std::uint32_t rank) const;
    /// The headline energy at up to a thousand instants from the window's start to its end, in UTC,
    /// for what depends on when a joule was drawn. Empty without an energy.
    [[nodiscard]] std::vector<EnergyPoint> energyTrace();
    /// Series that this run has: loss, power/..., val_loss, ... Those of single ranks
    /// (rank/17/loss) are not listed.
    [[nodiscard]] std::vector<std::string> seriesNames() const;

    /// Makes what is stored under series/ whole, so that the next open() goes on from here, and for
    /// a run that is over writes series/summary.json, too. Does nothing where another process
    /// writes these series, or nobody can.
    [[nodiscard]] Result<void> saveSeries();
    /// Throws the stored series away and makes them again from the journals.
    [[nodiscard]] Result<void> rebuild();
    /// True when saveSeries() writes: this process alone holds these series.
    [[nodiscard]] bool keepsSeries() const noexcept;
    /// What was wrong with the series that were found, as a sentence; empty: nothing.
    [[nodiscard]] const std::string& remark() const noexcept;
    /// All tables with their rows up to date, for whoever compares them (verify, tests).
    [[nodiscard]] std::vector<const ColumnTable*> tables();
    /// The same as they were left, without anything being brought up to date.
    [[nodiscard]] std::vector<const ColumnTable*> storedTables() const;
    /// Closes the series' files until they are asked for again.
    void release() noexcept;

private:
    struct Impl;
    explicit RunHistory(std::unique_ptr<Impl> impl);
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
