// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/core/run_summary.h"

namespace wattline::test {

/// A finished run of one device with a consistent energy; `u_j` is k = 2.
inline RunSummary sampleSummary(const std::string& device, EnergyMethod method, double j,
                                double u_j) {
    EnergyEntry entry;
    entry.device.id = device;
    entry.device.label = "Test";
    entry.device.scope = "board";
    entry.device.sensor = "test sensor";
    entry.device.method = method;
    const bool estimated = method == EnergyMethod::Estimated;
    entry.device.gain_low = estimated ? 0.3 : 0.95;
    entry.device.gain_high = estimated ? 3.0 : 1.05;
    entry.j = j;
    entry.low_j = estimated ? 0.3 * (j - u_j) : j - u_j;
    entry.high_j = estimated ? 3.0 * (j + u_j) : j + u_j;
    entry.u_j = entry.high_j - j;

    RunSummary run;
    run.spec.name = "run of " + device;
    run.state = RunState::Finished;
    run.wall_s = 100.0;
    run.gpu_hours = 200.0 / 3600.0;
    run.device_kind = "gpu";
    run.samples = 1000;
    run.energy_method = method;
    run.energy = {entry};
    run.energy_j = entry.j;
    run.energy_u_j = entry.u_j;
    run.energy_low_j = entry.low_j;
    run.energy_high_j = entry.high_j;
    run.mean_power_w = j / run.wall_s;
    return run;
}

}  // namespace wattline::test
