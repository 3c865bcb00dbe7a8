// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_id.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// How many runs of this user use a device from `at_ns` (CLOCK_MONOTONIC) on, this one included.
struct DeviceSharing {
    std::int64_t at_ns = 0;
    std::uint32_t device = 0;  ///< index into devices()
    int runs = 1;
};

struct SamplerOptions {
    RunId run;
    int period_ms = 100;             ///< of power
    int counter_period_ms = 30'000;  ///< between counters, which may cost 2.4 ms a device
    int election_period_ms = 1'000;  ///< how soon a dead process is replaced
    int silence_ms =
        2'000;  ///< another run's reader that shows nothing for so long is not waited for
    int stop_limit_ms = 2'000;     ///< how long stop() waits for a sensor that does not answer
    double jitter = 0.2;           ///< see SamplingSchedule; its seed is made from the run's id
    std::filesystem::path folder;  ///< where processes meet; empty: nodeFolder()
    std::string boot_id;           ///< of the host; empty: this one's
};

/// Where readings go. All are called on the sampler's thread, one at a time, never after stop()
/// returned. `sharing` and `cost` may be empty.
struct SamplerOutput {
    std::function<void(const PowerRecord&)> record;
    std::function<void(const DeviceSharing&)> sharing;
    /// CPU time of the sampler's thread so far, in seconds; once a second and at the end.
    std::function<void(double cpu_s)> cost;
};

/// Samples the devices that a process of a run uses, on a thread of its own, off the training.
///
/// Each process of the run has one. For each device exactly one process of the run records it, and
/// exactly one process of the host reads its sensor for all runs (DeviceBoard); the others wait at
/// no cost but one question a second, and the next one takes over when that one dies. Counters are
/// read every 30 s and at the edges of what this process records. A read that fails, throws, or
/// took longer than three periods is a record of NaN: a gap. A sensor that hangs stops the
/// sampling, not the process. Threads: one owner.
class PowerSampler {
public:
    /// Fails when there is no node-local folder that only this user can enter.
    [[nodiscard]] static Result<std::unique_ptr<PowerSampler>>
    start(std::vector<std::unique_ptr<PowerSource>> sources, SamplerOptions options,
          SamplerOutput output);
    ~PowerSampler();  ///< as stop()
    PowerSampler(const PowerSampler&) = delete;
    PowerSampler& operator=(const PowerSampler&) = delete;

    /// What a rank's hello declares: the devices of all sources, in order; no period is shorter
    /// than the sampling period, since the ledger tells gaps by it.
    [[nodiscard]] static std::vector<PowerDevice>
    devices(const std::vector<std::unique_ptr<PowerSource>>& sources, int period_ms);

    /// Takes the last sample and ends the thread. False when a sensor did not answer in time: its
    /// thread is left to itself, what it reads later goes nowhere. Called twice it does nothing.
    bool stop();
    /// Records that `output.record` threw away by throwing.
    [[nodiscard]] std::uint64_t undelivered() const noexcept;

private:
    struct Impl;
    explicit PowerSampler(std::shared_ptr<Impl> impl) : m_impl(std::move(impl)) {}
    std::shared_ptr<Impl> m_impl;  ///< shared with the thread, which may have to be left behind
};

}  // namespace wattline
