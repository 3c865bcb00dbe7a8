// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "telemetry/core/disk_space.h"
#include "telemetry/core/run_spec.h"

namespace wattline::launch {

/// What the records of a run will take on the disk. Checkpoints are not in it.
struct DiskForecast {
    std::int64_t ranks = 0, steps = 0;
    std::uint64_t bytes = 0;  ///< journals and series of all steps, at most
    /// What power readings add: by the hour, and for each device that is sampled.
    std::uint64_t bytes_per_hour_and_device = 0;
};

/// `spec` is completed. At most: steps slower than 20 ms get a frame each, faster ones share one.
[[nodiscard]] DiskForecast forecastDisk(const RunSpec& spec, std::int64_t steps_per_epoch) noexcept;

/// "34.4 MiB for 2 ranks x 1000 steps, and 4.0 MiB an hour for each power sensor".
[[nodiscard]] std::string describe(const DiskForecast& forecast);

/// What to say before such a run starts; empty when it fits with room to spare.
[[nodiscard]] std::optional<std::string> diskWarning(const DiskForecast& forecast,
                                                     const DiskSpace& space,
                                                     const std::filesystem::path& where);

}  // namespace wattline::launch
