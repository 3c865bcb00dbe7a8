// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"

/// Trainings that never took place, told through the real publisher code.
namespace wattline::simulate {

/// A rank whose forward and backward passes take `factor` times as long; all others wait for it.
struct Straggler {
    std::uint32_t rank = 0;
    double factor = 1.0;
};

/// A rank's process or a whole node is gone from this moment on, as by SIGKILL.
struct Death {
    bool whole_node = false;
    std::uint32_t index = 0;  ///< of the rank, or of the node
    double at_s = 0.0;
};

/// What goes wrong with the power sensor of one rank's device.
struct SensorFault {
    std::uint32_t rank = 0;
    double at_s = 0.0;
    double for_s = 0.0;   ///< reads fail for so long
    bool resets = false;  ///< the energy counter starts again at 0 at `at_s`
};

/// What is simulated. All times are seconds since the run began.
struct Plan {
    std::uint32_t ranks = 16;   ///< one GPU each
    std::uint32_t nodes = 0;    ///< 0: eight ranks a node
    double rate_hz = 10.0;      ///< steps a second of a rank that waits for nobody
    int steps_per_message = 1;  ///< what a publisher gathers before it writes and sends
    double duration_s = 60.0;   ///< at that rate; stragglers make it longer
    std::uint64_t seed = 1;
    bool realtime = true;          ///< else as fast as the machine goes
    double sample_period_s = 0.0;  ///< of power; 0: 0.1 s, above 64 ranks 1 s
    double clock_skew_s = 0.0;     ///< largest error of a node's wall clock; 0: all share one clock
    int lbs = 32;                  ///< local batch size
    std::vector<Straggler> stragglers{};
    std::vector<Death> deaths{};
    std::vector<SensorFault> sensor_faults{};

    [[nodiscard]] std::uint64_t steps() const noexcept;
    [[nodiscard]] std::uint32_t nodeOf(std::uint32_t rank) const noexcept {
        return rank / ranksPerNode();
    }
    [[nodiscard]] std::uint32_t ranksPerNode() const noexcept {
        return (ranks + nodes - 1) / nodes;
    }
};

/// Fills in what follows and refuses what cannot be, each with a sentence.
[[nodiscard]] Result<Plan> completed(Plan plan);
/// What run.json says of such a run; without id, name, creation time and owner.
[[nodiscard]] RunSpec specOf(const Plan& plan);

}  // namespace wattline::simulate
