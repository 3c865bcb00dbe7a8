// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/detect_sources.h"

#include "telemetry/core/clock.h"
#include "telemetry/power/estimate_source.h"
#include "telemetry/power/nvml_source.h"
#include "telemetry/power/rapl_source.h"

namespace wattline {

DetectedSources detectSources(const DetectOptions& options) {
    DetectedSources found;
    const auto keep = [&](std::unique_ptr<PowerSource> source, const SourceReport& report) {
        found.reports.push_back(report);
        if (source) found.sources.push_back(std::move(source));
        return report.usable();
    };
    SourceReport report;
    if (options.gpus) {
        auto nvml = NvmlSource::open(options.nvml_library, report);
        keep(std::move(nvml), report);
    }
    auto rapl = RaplSource::open(options.sysfs_root, systemClock(), report);
    if (!keep(std::move(rapl), report)) {
        auto estimate = EstimateSource::open(options.proc_root, options.rated_power_w, report);
        keep(std::move(estimate), report);
    }
    return found;
}

}  // namespace wattline
