// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/transport/hub_sockets.h"

namespace wattline {

/// One sentence for each cause for which something was refused between two readings: how often,
/// what, what to do about it. Threads: any.
[[nodiscard]] std::vector<std::string> refusalsSince(const TransportCounters& before,
                                                     const TransportCounters& now);

}  // namespace wattline
