// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "telemetry/core/energy.h"

namespace wattline {

/// True when both are of one thing, by different sensors: ids alike up to a '#' and of one scope,
/// or two sensors of one host's node. Only one of them may be added to anything. Pure.
[[nodiscard]] bool sameThing(const PowerDevice& a, const PowerDevice& b);

/// Flags every two measured entries that are of the same thing (one host and scope, and one device
/// or one host's whole) by different sensors when they differ by more than both uncertainties in
/// quadrature (k = 2). Pure; quadratic in the devices of one host.
void flagDisagreements(std::vector<EnergyEntry>& entries);

}  // namespace wattline
