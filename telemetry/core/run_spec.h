// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/run_id.h"

namespace wattline {

/// What a person asks for: one parallel configuration of one training.
/// Written once into run.json before the first rank starts; never changed afterwards.
struct RunSpec {
    RunId id;
    std::string name;                ///< for people; empty means "model, ranks x LBS"
    std::string model = "resnet18";  ///< resnet18 | resnet50
    std::string dataset = "digits";  ///< digits | synthetic | imagefolder:PATH
    std::string recipe;              ///< study | digits; empty means what fits the dataset
    int ranks = 1;                   ///< 1..65536
    int lbs = 0;             ///< local batch size, samples per rank and micro-step; 0: from gbs
    int gbs = 0;             ///< global batch size = lbs x ranks x accumulation; 0: from lbs
    int accumulation = 1;    ///< micro-steps per optimizer step
    int epochs = 0;          ///< one of epochs and steps is > 0
    std::int64_t steps = 0;  ///< optimizer steps; ends the run before its epochs do
    std::uint64_t seed = 0;
    int threads_per_rank = 1;
    int image_size = 0;          ///< pixels; 0: the dataset's own (digits 32, else 224)
    int classes = 0;             ///< synthetic only; 0: the dataset's own
    double rated_power_w = 0.0;  ///< of this host's CPUs, for the estimate; 0: not given
    int sample_period_ms = 100;  ///< power sampling
    /// Seconds before the window in which the sensors are read and nothing is done; 0: none. Its
    /// mean power is what the run's energy is compared with ("above idle").
    double idle_baseline_s = 0.0;
    std::string device_kind = "cpu";   ///< cpu | gpu: what GPU hours count
    std::int64_t created_unix_ns = 0;  ///< UTC
    std::string created_by;            ///< user@host
    bool simulated = false;            ///< by 'wattline simulate': no rank trained, no sensor read
    /// What `wattline measure` ran, quoted for a shell; then there are no steps, and model, dataset
    /// and batch mean nothing. Empty: a training.
    std::string command;
};

/// The name that the user gave; else the command of a measured run, cut to 60 bytes; of a training:
/// `resnet18 · 2 × LBS 32`. Ends in "(simulated)" where the run is, so that nothing shows a
/// simulated run without saying so.
[[nodiscard]] std::string displayName(const RunSpec& spec);

/// Fills in what follows: LBS from GBS or GBS from LBS, the accumulation, recipe, image size and
/// the default of 8 epochs. Refuses an impossible configuration with a sentence (which numbers, and
/// the nearest ones that work).
[[nodiscard]] Result<RunSpec> completed(RunSpec spec);

}  // namespace wattline
