// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
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
///   power records ──▶ by time ──▶ ledger ──▶ power and energy rows ─┐
///   steps ───────────────────────────────▶ step rows ───────────────┼─▶ merged by time
///   evaluations ─────────────────────────▶ validation rows ─────────┘
///
/// Threads: one owner.
class RunSeries {
public:
    RunSeries();

    void planEpochs(double steps_per_epoch) { m_epochs.plan(steps_per_epoch); }
    /// A new attempt: until they are added again, devices of earlier ones no longer belong to it.
    void retireDevices(double at_s);
    /// The account of the ledger; the same device gives the same account.
    [[nodiscard]] std::size_t addDevice(const PowerDevice& device, double from_s);

    void add(const PlacedSample& sample);
    void add(const RunStep& step);  ///< in order of steps
    void add(const PlacedEvaluation& evaluation);

    /// Makes the rows up to `t_s` (infinity: all). A row waits for the ledger to reach its time, at
    /// most until something `patience` newer is settled: a sensor may be gone.
    void settleUntil(double t_s, const Timeline& timeline);
    /// True when something arrived after rows of a later time had been made.
    [[nodiscard]] bool wasLate() const noexcept { return m_late; }
    [[nodiscard]] double settledS() const noexcept { return m_rows_s; }

    [[nodiscard]] EnergyLedger& ledger() noexcept { return m_ledger; }
    [[nodiscard]] const SeriesTable& energyTable() const noexcept { return m_energy; }
    /// Median length of a step and its scatter, from at most a few hundred steps.
    [[nodiscard]] StepRhythm rhythm() const;
    [[nodiscard]] const StepEnergies& stepEnergies() const noexcept { return m_step_energies; }
    /// Last training loss that is known.
    [[nodiscard]] std::optional<double> lastLoss() const noexcept { return m_last_loss; }

    struct Place {
        const SeriesTable* table = nullptr;
        std::size_t column = 0;
    };
    /// Where a series lies; refuses an unknown name with a sentence.
    [[nodiscard]] Result<Place> find(const std::string& series) const;
    [[nodiscard]] std::vector<std::string> names() const;
    /// Brings the files under `folder` up to date.
    [[nodiscard]] Result<void> save(const std::filesystem::path& folder);
    /// File name and table, for verify.
    [[nodiscard]] std::vector<std::pair<std::string, const SeriesTable*>> files() const;

private:
    struct Later {
        bool operator()(const PlacedSample& a, const PlacedSample& b) const noexcept;
    };
    struct Device {
        PowerDevice device;
        SeriesTable table;
        SeriesTable state;  ///< temperature, clocks and so on, where the device tells any
        LedgerSample last;  ///< the last reading that said something
        double last_counter_s = std::numeric_limits<double>::quiet_NaN();
        double power_w = std::numeric_limits<double>::quiet_NaN();  ///< now; NaN: not known
        bool has_figure = false;
        Interval active;  ///< wall time in which it belongs to the run
    };
    struct Progress {
        double step = 0.0, samples = 0.0;
        double epoch = std::numeric_limits<double>::quiet_NaN();
    };
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

    EnergyLedger m_ledger;
    EpochScale m_epochs;
    SeriesTable m_steps, m_energy, m_validation;
    StepEnergies m_step_energies;
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
