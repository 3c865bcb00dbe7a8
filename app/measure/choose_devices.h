// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/core/result.h"
#include "telemetry/sampling/sampled_publisher.h"

namespace wattline {

/// The devices that `wanted` names: "all", "gpu", "cpu", or a list of ids or their beginnings
/// ("GPU-8f3a,host"), separated by commas. A word that names none is refused with a list of what
/// there is.
[[nodiscard]] Result<PowerSources> chooseDevices(PowerSources sources, const std::string& wanted);

}  // namespace wattline
