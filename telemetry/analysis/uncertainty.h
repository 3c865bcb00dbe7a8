// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "telemetry/core/energy.h"

namespace wattline {

/// What the uncertainty of one energy depends on. See resources/guide/energy.md for the model.
struct UncertaintyInputs {
    double energy_j = 0.0;
    double active_s = 0.0;   ///< length of the window without holds
    int pieces = 1;          ///< the window is cut into this many by holds
    double tick_s = 0.0;     ///< counter tick or sampling period
    double sampled_s = 0.0;  ///< time whose energy comes from samples, not from a counter
    double sample_spacing_s = 0.0;
    double deviation_w = 0.0;      ///< of one reading, from differences of neighbours
    double averaged_share = 0.0;   ///< f: share of a period that one reading averages over
    double gain_half_width = 0.0;  ///< 0.05: the reading is right within 5 %
    std::size_t differences = 0;   ///< as many as deviation_w rests on
    double clock_error_s = 0.0;    ///< of the device's host against the clock that made the window
};

inline constexpr double kCoverage = 2.0;  ///< k of every published uncertainty

[[nodiscard]] UncertaintyTerms uncertaintyTerms(const UncertaintyInputs& in) noexcept;

/// What widens a standard deviation that was itself measured, from `differences` of neighbouring
/// readings, so that twice it covers 95.45 %: Student's t at as many degrees of freedom as that
/// estimate has, over 2. 7 for two readings, 1.1 for twenty. Without a difference it is 1.
[[nodiscard]] double smallSampleFactor(std::size_t differences) noexcept;

/// f as the device declares it; where it does not (older journals): 1 for readings that are means
/// over the whole period (RAPL differences, utilisation), 0.25 on A100 and H100, whose sensor looks
/// a quarter of the time (arXiv 2312.02741), else 0.
[[nodiscard]] double averagedShare(const PowerDevice& device) noexcept;

/// Half width of the device's gain interval; 5 % where it declares none.
[[nodiscard]] double gainHalfWidth(const PowerDevice& device) noexcept;

/// The part of an entry's u_j (k = 2) that is not the device's gain: what remains in a difference
/// of two runs on the same device.
[[nodiscard]] double uncertaintyWithoutGain(const EnergyEntry& entry) noexcept;

}  // namespace wattline
