// SPDX-License-Identifier: Apache-2.0
#include "telemetry/export/series_units.h"

#include <algorithm>
#include <array>
#include <utility>

namespace wattline {
namespace {

using Named = std::pair<std::string_view, std::string_view>;
/// Series that carry a unit; the others (losses, rates, error shares) are pure numbers.
constexpr std::array<Named, 15> kColumns{{{"throughput", "throughput_samples_per_s"},
                                          {"step_time", "step_time_s"},
                                          {"data_wait", "data_wait_s"},
                                          {"forward", "forward_s"},
                                          {"backward", "backward_s"},
                                          {"communication", "communication_s"},
                                          {"optimizer", "optimizer_s"},
                                          {"energy", "energy_j"},
                                          {"step_energy", "step_energy_j"},
                                          {"power", "power_w"},
                                          {"temperature", "temperature_c"},
                                          {"sm_clock", "sm_clock_mhz"},
                                          {"memory_clock", "memory_clock_mhz"},
                                          {"power_limit", "power_limit_w"},
                                          {"memory_used", "memory_used_bytes"}}};

}  // namespace

std::string seriesColumnName(std::string_view series) {
    const auto slash = series.find('/');
    const auto base = series.substr(0, slash);
    const auto it = std::ranges::find(kColumns, base, &Named::first);
    std::string column(it == kColumns.end() ? base : it->second);
    if (slash != std::string_view::npos) column += series.substr(slash);
    return column;
}

std::string axisColumnName(Axis axis, std::string_view device_kind) {
    switch (axis) {
    case Axis::Time:
        return "time_s";
    case Axis::GpuHours:
        return device_kind == "cpu" ? "rank_hours" : "gpu_hours";
    case Axis::Kwh:
        return "energy_kwh";
    default:
        return std::string(name(axis));
    }
}

}  // namespace wattline
