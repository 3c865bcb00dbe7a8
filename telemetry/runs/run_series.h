// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "telemetry/analysis/ledger.h"
#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "telemetry/core/series.h"
#include "telemetry/runs/epoch_scale.h"
#include "telemetry/runs/step_assembly.h"
#include "telemetry/runs/step_energies.h"
#include "telemetry/runs/timeline.h"
#include "telemetry/store/archive.h"
#include "telemetry/store/series_table.h"

namespace wattline {

/// One power reading on its way into the ledger.
struct PlacedSample {
    std::size_t account = 0;
    std::uint32_t rank = 0;
    bool paces = false;  ///< a row of the energy series is made at each reading of one device
    LedgerSample sample;
    DeviceState state;
};

/// One evaluation on its way into the validation series.
struct PlacedEvaluation {
    double t_s = 0.0;
    std::optional<int> epoch;
    double loss = std::numeric_limits<double>::quiet_NaN();
    double top1_error = std::numeric_limits<double>::quiet_NaN();
    double top5_error = std::numeric_limits<double>::quiet_NaN();
    bool checkpoint = false;  ///< no evaluation but a checkpoint: it took time and makes no row
};

/// The series of a run and its ledger. Whatever order things arrive in, rows are made in the order
/// of time, so that each row carries all six axes: arrivals wait until settleUntil() says that
/// nothing earlier can come. Rows inside a hold are left out: on an axis of active seconds a hold
/// has no width, and its joules are booked apart. So are readings before the window, which are an
/// idle baseline: they make no rows.
///
/// All of it lies in tables on disk (SeriesTable); what is held in memory does not grow with them.
///
///   power records ──▶ by time ──▶ ledger ──▶ power and energy rows ─┐
///   steps ───────────────────────────────▶ step rows ───────────────┼─▶ merged by time
///   evaluations ─────────────────────────▶ validation rows ─────────┘
///
/// Threads: one owner.
class RunSeries {
public:
    explicit RunSeries(SeriesPlace place);

    void planEpochs(double steps_per_epoch) { m_epochs.plan(steps_per_epoch); }
    /// A new attempt: until they are added again, devices of earlier ones no longer belong to it.
    void retireDevices(double at_s);
    /// The devices of an attempt: their accounts in the ledger; the same device has the same one.
    [[nodiscard]] std::vector<std::size_t> addDevices(const std::vector<PowerDevice>& devices,
                                                      double from_s);

    void add(const PlacedSample& sample);
    void add(const RunStep& step);  ///< in order of steps
    void add(const PlacedEvaluation& evaluation);

    /// Makes the rows up to `t_s` (infinity: all). A row waits for the ledger to reach its time, at
    /// most until something `patience` newer is settled: a sensor may be gone.
    void settleUntil(double t_s, const Timeline& timeline);
    /// True when something arrived after rows of a later time had been made.
    [[nodiscard]] bool wasLate() const noexcept { return m_late; }
    [[nodiscard]] double settledS() const noexcept { return m_rows_s; }

    [[nodiscard]] EnergyLedger& ledger();
    [[nodiscard]] const SeriesTable& stepsTable() const noexcept { return m_steps; }
    [[nodiscard]] const SeriesTable& energyTable() const noexcept { return m_energy; }
    /// Median length of a step and its scatter, from at most a few hundred steps.
    [[nodiscard]] StepRhythm rhythm();
    [[nodiscard]] const StepEnergies& stepEnergies() const noexcept { return m_step_energies; }
    /// Last training loss that is known.
    [[nodiscard]] std::optional<double> lastLoss() const noexcept { return m_last_loss; }

    struct Place {
        const SeriesTable* table = nullptr;
        std::uint32_t stream = 0;
        std::size_t column = 0;
    };
    /// Where a series lies; refuses an unknown name with a sentence.
    [[nodiscard]] Result<Place> find(const std::string& series) const;
    [[nodiscard]] std::vector<std::string> names() const;
    /// All tables, for verify and tests.
    [[nodiscard]] std::vector<const ColumnTable*> tables() const;
    /// True when the folder does not hold all of it (SlotFiles).
    [[nodiscard]] bool isPrivate() const;
    /// The stored readings could not be read again: the energy figures are not to be trusted.
    [[nodiscard]] bool isDamaged() const noexcept { return m_ledger_damaged; }
    /// Closes files until they are needed again.
    void release() noexcept;

    /// Everything but the ledger, which is made again from the stored readings when it is needed.
    void save(ArchiveWriter& archive) const;
    void load(ArchiveReader& archive, const std::vector<PowerDevice>& devices);

private:
    struct Later {
        bool operator()(const PlacedSample& a, const PlacedSample& b) const noexcept;
    };
    struct Device {
        PowerDevice device;
        std::size_t group = 0;     ///< of m_power and m_states
        std::uint32_t stream = 0;  ///< in it
        LedgerSample last;         ///< the last reading that said something
        double last_counter_s = std::numeric_limits<double>::quiet_NaN();
        double power_w = std::numeric_limits<double>::quiet_NaN();  ///< now; NaN: not known
        bool has_figure = false;
        Interval active;     ///< wall time in which it belongs to the run
        double fed_s = 0.0;  ///< its figures in the ledger reach to here

        template <typename Archive> void persist(Archive& archive) {
            archive(group, stream, last, last_counter_s, power_w, has_figure, active, fed_s);
        }
    };
    struct Progress {
        double step = 0.0, samples = 0.0;
        double epoch = std::numeric_limits<double>::quiet_NaN();
    };
    template <typename Archive> void persist(Archive& archive);
    void addDeviceGroup(std::uint32_t streams);
    void restoreLedger();
    void storeReading(const PlacedSample& placed);
    void feedLedger(double t_s);
    void makeRows(double t_s, const Timeline& timeline);
    void stepRow(const RunStep& step, const Timeline& timeline);
    void powerRows(const PlacedSample& placed, const Timeline& timeline);
    void stateRow(const PlacedSample& placed, const Timeline& timeline);
    void energyRow(double t_s, const Timeline& timeline);
    void evaluationRow(const PlacedEvaluation& evaluation, const Timeline& timeline);
    void readDevice(Device& device, const LedgerSample& sample);
    void chooseHeadline();
    [[nodiscard]] std::array<double, kAxisCount> axesAt(double t_s, const Timeline& timeline) const;

    SeriesPlace m_place;
    EnergyLedger m_ledger;
    std::vector<Interval> m_suspensions;  ///< the ledger must know them before it is fed
    StepRhythm m_rhythm;
    std::int64_t m_rhythm_rows = 0;  ///< of the steps' table that m_rhythm rests on
    bool m_ledger_restored = true;
    bool m_ledger_damaged = false;  ///< readings could not be read again
    EpochScale m_epochs;
    SeriesTable m_steps, m_energy, m_validation;
    StepEnergies m_step_energies;
    /// One an attempt that brought devices: power, and temperature, clocks and so on.
    std::vector<SeriesTable> m_power, m_states;
    ColumnTable m_readings;        ///< what the ledger was fed, in order
    std::deque<Device> m_devices;  ///< by account
    std::vector<std::size_t> m_headline;

    std::priority_queue<PlacedSample, std::vector<PlacedSample>, Later> m_samples;
    std::deque<PlacedSample> m_fed;  ///< in the ledger, rows not made yet
    std::deque<RunStep> m_pending_steps;
    std::deque<PlacedEvaluation> m_pending_evaluations;

    Progress m_progress;
    double m_energy_j = std::numeric_limits<double>::quiet_NaN();  ///< at the newest row
    std::optional<double> m_last_loss;
    double m_fed_s = -std::numeric_limits<double>::infinity();
    double m_rows_s = -std::numeric_limits<double>::infinity();
    double m_patience_s = 1.0;
    bool m_late = false;
};

}  // namespace wattline
