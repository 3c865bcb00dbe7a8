// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/workspace.h"
#include "telemetry/simulate/crew.h"
#include "telemetry/simulate/node_clock.h"
#include "telemetry/simulate/plan.h"
#include "telemetry/simulate/simulation.h"

namespace wattline::simulate {

/// One clock a node, seeded: without a skew all are the machine's own.
[[nodiscard]] std::vector<std::unique_ptr<NodeClock>> makeClocks(const Plan& plan,
                                                                 const SimulatedTime& time);
[[nodiscard]] std::string hostOf(std::uint32_t node);
/// The GPUs of a node, as its first rank declares and samples them.
[[nodiscard]] std::vector<PowerDevice> devicesOf(const Plan& plan, const RunId& run,
                                                 std::uint32_t node);
/// Every rank, with its journal open and its hello in it.
[[nodiscard]] Result<std::vector<std::unique_ptr<VirtualRank>>>
openRanks(const Plan& plan, const RunFolder& folder, const Simulation::MakeSink& make_sink,
          const SimulatedTime& time, const std::vector<std::unique_ptr<NodeClock>>& clocks);

}  // namespace wattline::simulate
