// SPDX-License-Identifier: Apache-2.0
#include "telemetry/analysis/uncertainty.h"

#include <algorithm>
#include <array>
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

UncertaintyTerms uncertaintyTerms(const UncertaintyInputs& in) noexcept {
    UncertaintyTerms terms;
    if (in.active_s <= 0.0) return terms;
    const double power_w = in.energy_j / in.active_s;
    terms.edge_j = std::abs(power_w) * in.tick_s * std::sqrt(in.pieces / 6.0);
    // s T sqrt((1 - f) / n) with n = T / spacing.
    terms.sampling_j =
        in.deviation_w *
        std::sqrt(std::max(0.0, 1.0 - in.averaged_share) * in.sampled_s * in.sample_spacing_s) *
        smallSampleFactor(in.differences);
    terms.gain_j = in.gain_half_width * std::abs(in.energy_j) * std::numbers::inv_sqrt3;
    terms.alignment_j = std::abs(power_w * in.clock_error_s) * std::numbers::inv_sqrt3;
    return terms;
}

double smallSampleFactor(std::size_t differences) noexcept {
    if (differences == 0) return 1.0;
    // Differences of neighbours share readings: m of them are worth 2 m^2 / (3 m - 1) degrees of
    // freedom (the variance of von Neumann's estimator for white noise).
    const auto m = static_cast<double>(differences);
    const double freedom = 2.0 * m * m / (3.0 * m - 1.0);
    // Student's t at 95.45 %: GUM (JCGM 100:2008), table G.2, and its expansion about the normal
    // quantile 2 beyond the table's first rows.
    constexpr std::array table{13.97, 4.53, 3.31, 2.87, 2.65, 2.52, 2.43, 2.37, 2.32, 2.28};
    if (freedom >= static_cast<double>(table.size())) {
        const double x = 1.0 / freedom;
        return 1.0 + 0.5 * x * (2.5 + x * (3.0625 + x * 2.859));
    }
    const auto below = static_cast<std::size_t>(freedom);  // at least 1
    const double share = freedom - static_cast<double>(below);
    return 0.5 * std::lerp(table.at(below - 1), table.at(below), share);
}

double averagedShare(const PowerDevice& device) noexcept {
    if (device.averaged_share) return *device.averaged_share;
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
    if (std::isfinite(entry.terms.gain_j)) {
        // What a gap may hold is not a term: it is the rest of the interval.
        const double terms = kCoverage * entry.terms.combined();
        const double gaps = std::max(0.0, entry.u_j - terms);
        if (device.method != EnergyMethod::Estimated)
            return gaps + kCoverage * entry.terms.withoutGain();
    }
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
