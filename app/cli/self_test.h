// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"

namespace wattline::cli {

/// One energy over the test's window, with the uncertainty (k = 2) of the model in
/// resources/guide/energy.md.
struct TestedEnergy {
    std::string sensor;  ///< "NVML energy counter", "sum of 4 parts"
    EnergyMethod method = EnergyMethod::None;
    double j = 0.0;
    double u_j = 0.0;
};

/// Two sensors that saw the same thing, or one that contains the other.
struct SensorComparison {
    enum class Kind {
        SameDevice,      ///< counter and integral of power, or two readers: they must agree
        WholeAndParts,   ///< the whole must not be less than its parts
        AgainstEstimate  ///< a measured figure beside a model's: only told
    };
    Kind kind = Kind::SameDevice;
    std::string device;  ///< label of the device, or of the whole
    TestedEnergy first, second;
    bool agree = true;  ///< within both uncertainties; always true for an estimate
};

struct SelfTest {
    double seconds = 0.0;
    int reads = 0;
    int failed_reads = 0;
    std::vector<SensorComparison> comparisons;
    /// A sentence where there was nothing to compare; empty otherwise.
    std::string nothing_to_compare;
    [[nodiscard]] bool agree() const noexcept;
};

struct SelfTestOptions {
    std::int64_t duration_ns = 10'000'000'000;
    std::int64_t period_ns = 100'000'000;
    std::function<void(std::int64_t ns)> sleep;  ///< empty: the thread's own; tests advance a clock
};

/// Reads every device for that long and compares what can be compared. Blocks. Threads: the
/// sources' owner.
[[nodiscard]] SelfTest runSelfTest(const std::vector<std::unique_ptr<PowerSource>>& sources,
                                   const Clock& clock, const SelfTestOptions& options = {});

}  // namespace wattline::cli
