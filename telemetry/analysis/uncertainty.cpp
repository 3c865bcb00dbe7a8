// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/uncertainty.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wattline {
namespace {

constexpr double kSensorGain = 0.05;
constexpr double kSensorDutyCycle = 0.25;

bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

double UncertaintyTerms::withoutGain() const noexcept {
    return std::hypot(edge_j, sampling_j);
}

double UncertaintyTerms::combined() const noexcept {
    return std::hypot(edge_j, sampling_j, gain_j);
}

UncertaintyTerms uncertaintyTerms(const UncertaintyInputs& in) noexcept {
    UncertaintyTerms terms;
    if (in.active_s <= 0.0) return terms;
    const double power_w = in.energy_j / in.active_s;
    terms.edge_j = std::abs(power_w) * in.tick_s * std::sqrt(in.pieces / 6.0);
    // s T sqrt((1 - f) / n) with n = T / spacing.
    terms.sampling_j = in.deviation_w * std::sqrt(std::max(0.0, 1.0 - in.averaged_share) *
                                                  in.sampled_s * in.sample_spacing_s);
    terms.gain_j = in.gain_half_width * std::abs(in.energy_j) * std::numbers::inv_sqrt3;
    return terms;
}

double averagedShare(const PowerDevice& device) noexcept {
    if (device.method == EnergyMethod::Estimated || contains(device.sensor, "RAPL")) return 1.0;
    if (contains(device.label, "A100") || contains(device.label, "H100")) return kSensorDutyCycle;
    return 0.0;
}

double gainHalfWidth(const PowerDevice& device) noexcept {
    const double half = 0.5 * (device.gain_high - device.gain_low);
    return half > 0.0 ? half : kSensorGain;
}

double uncertaintyWithoutGain(const EnergyEntry& entry) noexcept {
    const auto& device = entry.device;
    if (device.method == EnergyMethod::Estimated && device.gain_low > 0.0 &&
        device.gain_high > 0.0) {
        // An estimate's interval is [gain_low (E - u), gain_high (E + u)]: undo the gain.
        const double up = entry.high_j / device.gain_high - entry.j;
        const double down = entry.j - entry.low_j / device.gain_low;
        return std::max({0.0, up, down});
    }
    const double gain = kCoverage * gainHalfWidth(device) * entry.j * std::numbers::inv_sqrt3;
    return std::sqrt(std::max(0.0, entry.u_j * entry.u_j - gain * gain));
}

}  // namespace wattline
