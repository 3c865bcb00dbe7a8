// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wattline {

/// What came of looking for a sensor.
enum class SensorAccess {
    Readable,
    Denied,  ///< it is there, and this user may not read it
    Absent,  ///< this host has none, or hides it (a container)
    Broken,  ///< it is there and says nothing that can be used
};
[[nodiscard]] std::string_view name(SensorAccess access) noexcept;

/// What was looked for and what came of it; `wattline doctor` prints these.
struct SourceReport {
    std::string sensor;  ///< "NVML", "RAPL", "estimate"
    SensorAccess access = SensorAccess::Absent;
    std::string detail;  ///< one sentence: what it measures, or why not
    std::string advice;  ///< what an admin or the user may do about it; empty: nothing helps
    [[nodiscard]] bool usable() const noexcept { return access == SensorAccess::Readable; }
};

}  // namespace wattline
