// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/simulate/plan.h"

/// The incidents of a plan as a person writes them. Each refuses with a sentence that shows the
/// right form. Threads: any; pure.
namespace wattline::simulate {

/// `90`, `90s`, `1.5m`, `250ms`, `2h`: seconds, finite and not negative.
[[nodiscard]] Result<double> parseSeconds(const std::string& text);
/// `RANK:FACTOR`, as in 17:1.5
[[nodiscard]] Result<Straggler> parseStraggler(const std::string& text);
/// `INDEX@TIME`, as in 3@20s; of a rank or of a node
[[nodiscard]] Result<Death> parseDeath(const std::string& text, bool whole_node);
/// `RANK@TIME+TIME`, as in 5@10s+3s: reads fail; `RANK@TIME`: the counter starts again at 0
[[nodiscard]] Result<SensorFault> parseSensorFault(const std::string& text);

}  // namespace wattline::simulate
