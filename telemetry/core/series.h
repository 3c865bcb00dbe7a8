// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/run_id.h"

namespace wattline {

/// What a plot's horizontal axis can be. Every series carries all of them.
enum class Axis { Step, Samples, Epoch, Time, GpuHours, Kwh };
inline constexpr int kAxisCount = 6;

[[nodiscard]] std::string_view name(Axis axis) noexcept;  ///< step, samples, epoch, time, ...
[[nodiscard]] bool parseAxis(std::string_view text, Axis& out) noexcept;

/// Series of a run, by name: `loss`, `learning_rate`, `throughput` (samples/s, all ranks),
/// `step_time`, `data_wait`, `forward`, `backward`, `communication`, `optimizer` (s, mean over
/// ranks), `energy` (J, cumulative), `power` (W, headline devices), `power/<device id>`,
/// `val_loss`, `val_top1_error`, `val_top5_error`. What a device says beside its power, where it
/// does: `temperature/<device id>` (degrees Celsius), `sm_clock/` and `memory_clock/` (MHz),
/// `utilisation/` (0..1), `power_limit/` (W), `throttle/` (bits, see throttle in records.h),
/// `memory_used/` (bytes).
/// What one rank did: `rank/17/loss`, with `samples`, `loss`, `learning_rate`, `step_time`,
/// `data_wait`, `forward`, `backward`, `communication` or `optimizer`; its rows lie where their
/// steps lie on the run's own axes.
struct SeriesQuery {
    RunId run;
    std::string series;
    Axis axis = Axis::Step;
    double from = 0.0;  ///< in the axis' unit; from >= to means the whole range
    double to = 0.0;
    int columns = 1600;  ///< pixels; at most this many columns come back
};

/// Pixel columns of one series. Where a column holds one point, min = max = mean.
/// Columns without a row are absent; one whose rows are all gaps has NaN in min, max and mean, so a
/// line breaks there. All vectors have the same length.
struct SeriesColumns {
    std::vector<double> x, min, max, mean;
    double x_first = 0.0, x_last = 0.0;  ///< whole range of the series on this axis
    std::int64_t points = 0;             ///< values behind the columns (in range); gaps not counted
    std::int64_t points_total = 0;       ///< values in the whole series
};

}  // namespace wattline
