// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/simulate/plan.h"

namespace CLI {
class App;
}

namespace wattline::cli {

/// The options of `wattline simulate` that make up a plan.
class SimulateOptions {
public:
    /// Must not move or die before the command line is parsed.
    void addTo(CLI::App& command);
    /// Completed; refuses with a sentence that names the option.
    [[nodiscard]] Result<simulate::Plan> plan() const;

private:
    simulate::Plan m_plan;
    std::string m_duration = "60s", m_speed = "realtime";
    int m_sample_period_ms = 0;
    double m_clock_skew_ms = 0.0;
    std::vector<std::string> m_stragglers, m_rank_deaths, m_node_deaths, m_sensor_faults;
};

}  // namespace wattline::cli
