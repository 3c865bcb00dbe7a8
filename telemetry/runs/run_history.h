// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "telemetry/core/result.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"
#include "telemetry/core/workspace.h"
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
    RunHistory(RunFolder folder, RunSpec spec);
    ~RunHistory();
    /// Opens a run folder: run.json, then everything in the journals.
    [[nodiscard]] static Result<std::unique_ptr<RunHistory>> open(const RunFolder& folder);

    void ingest(const wire::FrameView& frame);
    [[nodiscard]] bool needsHealing() const noexcept;
    /// Reads the journals from where the last heal stopped; returns the records gained.
    Result<std::int64_t> heal();
    /// Looks at job.json and exit.json, and at heartbeats: starting, running, finished, failed
    /// (with the rank that mpirun or the ranks name), lost.
    void superviseNow();

    [[nodiscard]] const RunSummary& summary();              ///< brought up to date on call
    [[nodiscard]] std::uint64_t revision() const noexcept;  ///< grows with every change
    [[nodiscard]] Result<SeriesColumns> query(const SeriesQuery& query);
    /// Every point of a series at full resolution, in order, for exports: the axes in the order of
    /// Axis, and the value (NaN: not measured). Refuses an unknown series with a sentence.
    using PointVisitor =
        std::function<void(std::span<const double, kAxisCount> axes, double value)>;
    [[nodiscard]] Result<void> visitPoints(const std::string& series, const PointVisitor& visit);
    /// Series that this run has: loss, power/..., val_loss, ...
    [[nodiscard]] std::vector<std::string> seriesNames() const;

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
};
/// Compares journals with what ranks said they wrote, and the stored series with the journals.
[[nodiscard]] Result<VerifyReport> verifyRun(const RunFolder& folder);

}  // namespace wattline
