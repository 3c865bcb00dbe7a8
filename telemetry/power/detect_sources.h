// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/power/power_source.h"
#include "telemetry/power/source_report.h"

namespace wattline {

struct DetectedSources {
    std::vector<std::unique_ptr<PowerSource>> sources;
    std::vector<SourceReport> reports;
};

struct DetectOptions {
    bool gpus = true;  ///< false for runs on CPUs: idle GPUs of the host are not theirs
    /// Also what another sensor reads already, and the estimate: to compare them. Never for a run.
    bool every_sensor = false;
    double rated_power_w = 0.0;       ///< of this host's CPUs; 0: table or default
    std::string sysfs_root = "/sys";  ///< tests point these at fake trees
    std::string proc_root = "/proc";
    /// Empty: WATTLINE_NVML_LIBRARY, else libnvidia-ml.so.1.
    std::string nvml_library;
    /// Empty: WATTLINE_ROCM_SMI_LIBRARY, else librocm_smi64.so under its usual names.
    std::string rocm_smi_library;
};

/// Every sensor that this user can read, each physical thing by one of them: GPUs by NVML and ROCm
/// SMI (where neither sees any, by pm_counters), the node by pm_counters, CPU packages and DRAM by
/// RAPL, else by amd_energy, else an estimate. A missing library or permission is a report, not an
/// error.
[[nodiscard]] DetectedSources detectSources(const DetectOptions& options);

}  // namespace wattline
