// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/detect_sources.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "telemetry/core/clock.h"
#include "telemetry/power/amd_energy_source.h"
#include "telemetry/power/estimate_source.h"
#include "telemetry/power/nvml_source.h"
#include "telemetry/power/pm_counters_source.h"
#include "telemetry/power/rapl_source.h"
#include "telemetry/power/rocm_smi_source.h"

namespace wattline {
namespace {

std::string libraryName(const std::string& given, const char* variable, const char* usual) {
    if (!given.empty()) return given;
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0' ? value : usual;
}

/// True when it is a source that can be read.
bool keep(DetectedSources& found, std::unique_ptr<PowerSource> source, SourceReport report) {
    const bool usable = source != nullptr;
    found.reports.push_back(std::move(report));
    if (source) found.sources.push_back(std::move(source));
    return usable;
}

/// True when a vendor's library reads the accelerators.
bool findGpus(DetectedSources& found, const DetectOptions& options) {
    SourceReport report;
    auto nvml = NvmlSource::open(
        libraryName(options.nvml_library, "WATTLINE_NVML_LIBRARY", "libnvidia-ml.so.1"), report);
    const bool nvidia = keep(found, std::move(nvml), report);
    RocmSmiSource::Options rocm;
    const auto name = libraryName(options.rocm_smi_library, "WATTLINE_ROCM_SMI_LIBRARY", "");
    if (!name.empty()) rocm.library_names = {name};
    auto amd = RocmSmiSource::open(rocm, systemClock(), report);
    return keep(found, std::move(amd), report) || nvidia;
}

bool measuresCpus(const DetectedSources& found) {
    return std::ranges::any_of(found.sources, [](const auto& source) {
        return std::ranges::any_of(source->devices(), [](const PowerDevice& device) {
            return device.scope == scope::kPackage || device.scope == scope::kModule;
        });
    });
}

/// An estimate only where nothing measures the CPUs.
void findCpus(DetectedSources& found, const DetectOptions& options) {
    SourceReport report;
    auto rapl = RaplSource::open(options.sysfs_root, systemClock(), report);
    if (keep(found, std::move(rapl), report) && !options.every_sensor) return;
    auto amd = AmdEnergySource::open(options.sysfs_root, systemClock(), report);
    keep(found, std::move(amd), report);
    if (measuresCpus(found) && !options.every_sensor) return;
    auto estimate = EstimateSource::open(options.proc_root, options.rated_power_w, report);
    keep(found, std::move(estimate), report);
}

}  // namespace

DetectedSources detectSources(const DetectOptions& options) {
    DetectedSources found;
    const bool gpus_read = options.gpus && findGpus(found, options);
    SourceReport report;
    PmCountersSource::Options node;
    node.sysfs_root = options.sysfs_root;
    node.with_accelerators = options.every_sensor || (options.gpus && !gpus_read);
    auto cray = PmCountersSource::open(node, systemClock(), report);
    keep(found, std::move(cray), report);
    findCpus(found, options);
    return found;
}

}  // namespace wattline
