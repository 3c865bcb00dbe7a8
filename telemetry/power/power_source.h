// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/energy.h"
#include "telemetry/core/units.h"

namespace wattline {

/// What one read of one device gave. Both empty: the read failed, which is a gap and never zero.
struct PowerReading {
    std::optional<Watts> power;
    /// Since an arbitrary start. Wraps are removed; after a reset a source gives no counter any
    /// more, since nobody knows what was lost.
    std::optional<Joules> counter;
};

/// One kind of sensor and the devices it sees. Ask for capabilities, never for a vendor.
/// Threads: one owner (the sampler's thread) after construction.
class PowerSource {
public:
    virtual ~PowerSource() = default;
    [[nodiscard]] virtual const std::vector<PowerDevice>& devices() const = 0;
    /// Counters are read only when `with_counter`: some cost milliseconds.
    [[nodiscard]] virtual PowerReading read(std::size_t device, bool with_counter) = 0;
};

/// What was looked for and what came of it; `wattline doctor` prints these.
struct SourceReport {
    std::string sensor;  ///< "NVML", "RAPL", "estimate"
    bool usable = false;
    std::string detail;  ///< one sentence: what it measures, or why not and how to change that
};

struct DetectedSources {
    std::vector<std::unique_ptr<PowerSource>> sources;
    std::vector<SourceReport> reports;
};

struct DetectOptions {
    bool gpus = true;            ///< false for runs on CPUs: idle GPUs of the host are not theirs
    double rated_power_w = 0.0;  ///< of this host's CPUs; 0: table or default
    std::string sysfs_root = "/sys";  ///< tests point these at fake trees
    std::string proc_root = "/proc";
    std::string nvml_library = "libnvidia-ml.so.1";
};

/// GPUs by NVML, CPU packages and DRAM by RAPL; where no CPU sensor can be read, an estimate.
/// A missing library or permission is a report, not an error.
[[nodiscard]] DetectedSources detectSources(const DetectOptions& options);

}  // namespace wattline
