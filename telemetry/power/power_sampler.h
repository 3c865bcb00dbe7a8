// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_id.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// Reads every device at a fixed period on its own thread, off the training threads. Counters that
/// cost milliseconds are read once a second, and with the first and the last sample. A read that
/// fails or throws is a record of NaN; a period that was missed is skipped, never made up.
/// Threads: `deliver` is called on the sampler's thread only; all else by the owner.
class PowerSampler {
public:
    using Deliver = std::function<void(const PowerRecord&)>;
    /// `record.device` indexes devices(). Samples once at once and once more when it stops, so that
    /// the window's edges are readings.
    PowerSampler(std::vector<std::unique_ptr<PowerSource>> sources, int period_ms, Deliver deliver,
                 const Clock& clock);
    ~PowerSampler();  ///< stops and joins
    PowerSampler(const PowerSampler&) = delete;
    PowerSampler& operator=(const PowerSampler&) = delete;

    /// What a rank's hello declares: the devices of all sources, in order; no period is shorter
    /// than the sampling period, since the ledger tells gaps by it.
    [[nodiscard]] static std::vector<PowerDevice>
    devices(const std::vector<std::unique_ptr<PowerSource>>& sources, int period_ms);
    /// Takes the last sample, joins. Called twice it does nothing.
    void stop();
    /// Records that `deliver` threw away by throwing.
    [[nodiscard]] std::uint64_t undelivered() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Exactly one process on a host samples for a run: a lock on a node-local file
/// (/tmp/wattline-UID/sampler-RUN-BOOTID.lock). Held until this object goes or its process dies.
class SamplerLock {
public:
    /// Null when another process holds it: ask again every few seconds, it may die. An error when
    /// the lock cannot be made safely (the folder belongs to somebody else).
    [[nodiscard]] static Result<std::unique_ptr<SamplerLock>> tryAcquire(const RunId& run);
    ~SamplerLock();
    SamplerLock(const SamplerLock&) = delete;
    SamplerLock& operator=(const SamplerLock&) = delete;

private:
    SamplerLock(int fd, std::filesystem::path path) : m_fd(fd), m_path(std::move(path)) {}
    int m_fd;
    std::filesystem::path m_path;
};

}  // namespace wattline
