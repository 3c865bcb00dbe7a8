// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/source_report.h"

namespace wattline {

std::string_view name(SensorAccess access) noexcept {
    switch (access) {
    case SensorAccess::Readable:
        return "readable";
    case SensorAccess::Denied:
        return "denied";
    case SensorAccess::Absent:
        return "absent";
    case SensorAccess::Broken:
        return "broken";
    }
    return "unknown";
}

}  // namespace wattline
