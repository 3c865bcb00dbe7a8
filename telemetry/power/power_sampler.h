// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/records.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// Reads every device at a fixed period on its own thread, off the training threads.
/// Threads: `deliver` is called on the sampler's thread only.
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

    [[nodiscard]] static std::vector<PowerDevice>
    devices(const std::vector<std::unique_ptr<PowerSource>>& sources);
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Exactly one process on a host samples for a run: a lock on a node-local file
/// (/tmp/wattline-UID/sampler-RUN-BOOTID.lock). Held until this object goes or its process dies.
class SamplerLock {
public:
    /// Empty when another process holds it.
    [[nodiscard]] static std::unique_ptr<SamplerLock> tryAcquire(const std::string& run);
    ~SamplerLock();
    SamplerLock(const SamplerLock&) = delete;
    SamplerLock& operator=(const SamplerLock&) = delete;

private:
    explicit SamplerLock(int fd) : m_fd(fd) {}
    int m_fd;
};

}  // namespace wattline
