// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/disagreement.h"

#include <cmath>
#include <string>
#include <string_view>

#include "telemetry/analysis/plot.h"

namespace wattline {
namespace {

/// What a device is, without the sensor: "host:<boot id>/package-0" by RAPL and "...#hwmon" by
/// another driver are one package.
std::string_view thing(const PowerDevice& device) {
    return std::string_view(device.id).substr(0, device.id.find('#'));
}

std::string sentence(const EnergyEntry& own, const EnergyEntry& other) {
    return own.device.sensor + " says " + formatValue(own.j, own.u_j, "J") + " where " +
           other.device.sensor + " says " + formatValue(other.j, other.u_j, "J") +
           ": the two differ by more than both uncertainties";
}

}  // namespace

bool sameThing(const PowerDevice& a, const PowerDevice& b) {
    if (a.boot_id != b.boot_id || a.scope != b.scope || a.sensor == b.sensor) return false;
    return thing(a) == thing(b) || a.scope == scope::kNode;
}

void flagDisagreements(std::vector<EnergyEntry>& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i)
        for (std::size_t k = i + 1; k < entries.size(); ++k) {
            auto& a = entries[i];
            auto& b = entries[k];
            const bool both = isMeasured(a.device.method) && isMeasured(b.device.method);
            if (!both || !sameThing(a.device, b.device)) continue;
            if (!(std::abs(a.j - b.j) > std::hypot(a.u_j, b.u_j))) continue;
            a.flags.push_back({"disagreement", sentence(a, b)});
            b.flags.push_back({"disagreement", sentence(b, a)});
        }
}

}  // namespace wattline
