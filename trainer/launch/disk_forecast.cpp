// SPDX-License-Identifier: Apache-2.0
#include "trainer/launch/disk_forecast.h"

#include <algorithm>

namespace wattline::launch {
namespace {

constexpr std::uint64_t kFrameBytes = 80;               // WIRE.md: the header of a frame ...
constexpr std::uint64_t kStepBytes = kFrameBytes + 88;  // ... and one step in it
constexpr std::uint64_t kReadingBytes = kFrameBytes + 32;
/// A row of the steps table: six axes and nine values, and half as much again for its levels.
constexpr std::uint64_t kRowBytes = 15 * 8 * 3 / 2;
/// Less than this leaves no room for logs, checkpoints and other people.
constexpr std::uint64_t kSpareBytes = std::uint64_t{256} << 20;

}  // namespace

DiskForecast forecastDisk(const RunSpec& spec, std::int64_t steps_per_epoch) noexcept {
    DiskForecast forecast;
    forecast.ranks = spec.ranks;
    forecast.steps =
        spec.steps > 0 ? spec.steps : spec.epochs * std::max<std::int64_t>(0, steps_per_epoch);
    const auto steps = static_cast<std::uint64_t>(forecast.steps);
    forecast.bytes = steps * (static_cast<std::uint64_t>(spec.ranks) * kStepBytes + kRowBytes);
    const auto period_ms = static_cast<std::uint64_t>(std::max(1, spec.sample_period_ms));
    forecast.bytes_per_hour_and_device = 3'600'000 / period_ms * kReadingBytes;
    return forecast;
}

std::string describe(const DiskForecast& forecast) {
    return bytesText(forecast.bytes) + " for " + std::to_string(forecast.ranks) +
           (forecast.ranks == 1 ? " rank x " : " ranks x ") + std::to_string(forecast.steps) +
           (forecast.steps == 1 ? " step" : " steps") + ", and " +
           bytesText(forecast.bytes_per_hour_and_device) + " an hour for each power sensor";
}

std::optional<std::string> diskWarning(const DiskForecast& forecast, const DiskSpace& space,
                                       const std::filesystem::path& where) {
    if (space.available() >= forecast.bytes + kSpareBytes) return std::nullopt;
    return "the records of this run take up to " + describe(forecast) + ", and " +
           bytesText(space.available()) + " is " +
           (space.quota_left == space.available() ? "left of your quota in " : "free in ") +
           where.string() +
           "; make room with 'wattline prune' or 'wattline compress', or choose another "
           "WATTLINE_HOME";
}

}  // namespace wattline::launch
