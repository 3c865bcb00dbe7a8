// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/energy.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/run_state.h"

namespace wattline {

/// What happened at one moment of a run, for the event log and the marks on a plot.
struct RunEvent {
    double t_s = 0.0;       ///< wall seconds since the run's window opened, holds included
    std::int64_t step = 0;  ///< last finished optimizer step
    std::string kind;       ///< started | held | resumed | evaluated | stopped | failed | ...
    std::string text;       ///< one sentence
};

/// Energy of one phase of the training, from step energies and the ranks' phase times.
struct PhaseEnergy {
    std::string
        phase;  ///< compute | communication_wait | data_wait | evaluation | checkpoint | other
    double seconds = 0.0;
    double j = 0.0;
    double u_j = 0.0;  ///< k = 2, without what attribution by time alone may be wrong by
    /// The phase was shorter than ten sensor periods: its joules follow its share of the time, so
    /// they say nothing about its power.
    bool time_attributed = true;
};

/// What earlier attempts did and a later one had to do again. Part of the run's energy and hours.
struct WastedWork {
    std::int64_t steps = 0;
    double gpu_hours = 0.0;
    std::optional<double> j, u_j;  ///< k = 2; empty without a figure
};

/// A run in figures: what `wattline show` prints and the window's table shows.
/// An empty optional is "not known (yet)", never 0. Held time and energy are apart everywhere.
struct RunSummary {
    RunSpec spec;
    RunState state = RunState::Queued;
    std::string state_reason;  ///< one sentence when failed or lost: which rank, what, what to do
    int attempts = 0;
    std::int64_t step = 0;           ///< last optimizer step that all ranks finished
    std::int64_t steps_planned = 0;  ///< 0: not known yet
    int epoch = 0;
    std::int64_t samples = 0;  ///< over all ranks
    double wall_s = 0.0;  ///< the window: first rank's start to last rank's end, holds excluded
    double held_s = 0.0;
    double gpu_hours = 0.0;  ///< devices x wall_s / 3600; rank hours when device_kind is cpu
    std::string device_kind = "cpu";
    int hosts = 0;                     ///< distinct hosts over all attempts; 0: not known
    std::int64_t started_unix_ns = 0;  ///< UTC when the window opened; 0: not known

    EnergyMethod energy_method = EnergyMethod::None;
    std::optional<double> energy_j;  ///< sum of measured entries; only where none is, the estimate
    std::optional<double> energy_u_j;  ///< k = 2
    std::optional<double> energy_low_j, energy_high_j;
    std::optional<double> mean_power_w;
    std::optional<double> power_w;  ///< now, sum over the headline's devices
    std::vector<EnergyEntry> energy;
    std::vector<PhaseEnergy> phases;  ///< empty: no step has an energy
    WastedWork wasted;

    /// Fit of energy over GPU hours within this run: slope in watts per GPU, k = 2.
    std::optional<double> slope_w, slope_u_w;

    std::optional<double> samples_per_gpu_hour, updates_per_gpu_hour, throughput_samples_per_s;
    std::optional<double> train_loss;        ///< of the last step; never compared with val_loss
    std::optional<double> val_loss;          ///< of the last evaluation
    std::optional<double> final_loss;        ///< val_loss if evaluated, else train_loss
    std::optional<double> final_top1_error;  ///< 0..1, validation
    std::optional<double> final_top5_error;
    std::optional<double> monitor_share;  ///< time spent in record() / step time
    std::optional<double> sampler_cpu_s;  ///< CPU time of all ranks' power samplers

    std::int64_t records_expected = 0;
    std::int64_t records_stored = 0;
    std::int64_t records_lost = 0;  ///< expected - stored, dropped ones included

    std::vector<RunEvent> events;
};

}  // namespace wattline
