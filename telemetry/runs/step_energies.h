// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <limits>
#include <vector>

#include "telemetry/analysis/ledger.h"
#include "telemetry/core/run_summary.h"
#include "telemetry/core/series.h"
#include "telemetry/runs/step_assembly.h"
#include "telemetry/runs/timeline.h"
#include "telemetry/store/series_table.h"

namespace wattline {

/// Joules of each step and of each phase. Time is cut into stretches: steps, what led to an
/// evaluation or a checkpoint, and the rest; each waits until the ledger can attribute its energy
/// (a counter needs 5 s), so that what is shown does not depend on when somebody looked.
///
///   ├ other ┤ step 1 ├ step 2 ┤ evaluation ├ step 3 ┤ …        (wall time, holds left out)
///
/// A phase inside a step gets the step's joules in proportion to its time, unless it lasts ten
/// sensor periods and more: then in proportion to the power sampled while it ran (data wait,
/// forward, backward, communication and optimizer follow each other in this order).
/// Threads: one owner.
class StepEnergies {
public:
    explicit StepEnergies(const SeriesPlace& place)
        : m_table(place, "step_energy", {"step_energy"}) {}

    /// In order of time, like the two below.
    void addStep(const RunStep& step, const std::array<double, kAxisCount>& axes);
    void addEvaluation(double end_s) { close(Stretch::Evaluation, end_s); }
    void addCheckpoint(double end_s) { close(Stretch::Checkpoint, end_s); }
    /// Attributes what can be; `over`: nothing more will be read, so that everything can.
    void settle(const EnergyLedger& ledger, const Timeline& timeline, bool over);
    /// Nothing waits to be attributed.
    [[nodiscard]] bool isSettled() const noexcept { return m_open.empty(); }
    /// All but the table, which is stored with the other tables.
    template <typename Archive> void persist(Archive& archive) {
        archive(m_open, m_books, m_last_s);
    }

    /// One row a step, column `step_energy` (J). NaN where a step has no figure.
    [[nodiscard]] SeriesTable& table() noexcept { return m_table; }
    [[nodiscard]] const SeriesTable& table() const noexcept { return m_table; }
    /// Phases that have an energy, with intervals that follow from those of the run's entries.
    [[nodiscard]] std::vector<PhaseEnergy> phases(const std::vector<EnergyEntry>& entries) const;

private:
    enum class Stretch { Step, Evaluation, Checkpoint, Other };
    enum Group { Compute, Communication, DataWait, Evaluation, Checkpoint, Other, kGroups };
    struct Open {
        Stretch kind = Stretch::Other;
        double from_s = 0.0, to_s = 0.0;
        std::array<double, kPhaseCount> phase_s{};
        std::array<double, kAxisCount> axes{};
    };
    struct Book {
        double seconds = 0.0, j = 0.0;
        double by_time_s = 0.0;  ///< of `seconds`, attributed by time alone
        int times = 0;
    };
    void close(Stretch kind, double end_s);
    void attribute(const Open& open, const EnergyLedger& ledger, const Timeline& timeline);
    void divide(const Open& open, double j, const EnergyLedger& ledger);
    void add(Group group, double seconds, double j, bool by_time);

    SeriesTable m_table;
    std::deque<Open> m_open;
    std::array<Book, kGroups> m_books{};
    double m_last_s = 0.0;  ///< end of the newest stretch
};

}  // namespace wattline
