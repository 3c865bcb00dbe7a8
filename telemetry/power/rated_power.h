// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wattline {

/// What this host's CPUs draw at full load, as far as anybody said, and how far off that may be.
struct RatedPower {
    double w = 0.0;
    double gain_low = 0.3, gain_high = 3.0;
    std::string
        origin;  ///< "given", "thermal design power of ...", "default: 10 W per logical core"
};

/// From the user's figure (> 0), else from the processor's published thermal design power, else
/// 10 W per logical core, which may be wrong by a factor of three. `cpuinfo` is /proc/cpuinfo.
[[nodiscard]] RatedPower ratedPower(double given_w, std::string_view cpuinfo);

}  // namespace wattline
