// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "telemetry/core/series.h"

namespace wattline {

/// Column names of exports: the series' or axis' name with its unit as a suffix, as in
/// `step_time_s`, `power_w`, `energy_kwh`. `power/DEVICE` becomes `power_w/DEVICE`. On CPU the axis
/// of GPU hours counts rank hours and is called so.
[[nodiscard]] std::string seriesColumnName(std::string_view series);
[[nodiscard]] std::string axisColumnName(Axis axis, std::string_view device_kind);

}  // namespace wattline
