// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "telemetry/core/energy.h"
#include "telemetry/core/records.h"
#include "telemetry/core/units.h"

namespace wattline {

/// What a read is asked for beside the power, which costs microseconds.
struct ReadRequest {
    bool counter = false;  ///< up to 2.4 ms a device (NVML): at window edges and every 30 s
    bool state = false;    ///< temperature, clocks and so on: six calls more, once a second
};

/// What one read of one device gave. Empty: it was not asked for, this sensor has none, or the read
/// failed, which is a gap and never zero.
struct PowerReading {
    std::optional<Watts> power;
    /// Since an arbitrary start. Wraps are removed. A value below the one before means that the
    /// counter was reset (a driver loaded anew): nobody knows what was lost, the difference to the
    /// next value counts again.
    std::optional<Joules> counter;
    DeviceState state;
};

/// One kind of sensor and the devices that it sees on this host. A user of this interface asks what
/// a device has (PowerDevice::has_counter, scope, averaged_share, what a reading holds), never who
/// made it. Where a sensor tells the power of several scopes (a module and the GPU in it), each is
/// a device of its own, joined by PowerDevice::part_of.
/// Threads: one owner (the sampler's thread) after construction.
class PowerSource {
public:
    virtual ~PowerSource() = default;
    /// Fixed for the life of the source.
    [[nodiscard]] virtual const std::vector<PowerDevice>& devices() const = 0;
    /// `device` indexes devices(); another number reads nothing.
    [[nodiscard]] virtual PowerReading read(std::size_t device, ReadRequest what) = 0;
    /// Joules after which this device's hardware counter starts again, where it does within hours.
    /// Then two processes that read it differ by whole ranges, from when each began to unwrap, and
    /// each must read it every few minutes not to miss one; such a read costs microseconds.
    [[nodiscard]] virtual std::optional<Joules> counterRange(std::size_t /*device*/) const {
        return std::nullopt;
    }
};

}  // namespace wattline
