// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "telemetry/core/energy.h"
#include "telemetry/wire/messages.h"

namespace wattline {

/// What a rank records when other runs begin or cease to use a device: `shared` with the number of
/// runs (this one included), or `unshared` when it is alone again. Pure.
[[nodiscard]] wire::Event sharingEvent(std::int64_t mono_ns, const PowerDevice& device, int runs);

}  // namespace wattline
