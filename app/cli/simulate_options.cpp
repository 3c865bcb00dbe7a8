// SPDX-License-Identifier: Apache-2.0
#include "app/cli/simulate_options.h"

#include <CLI/CLI.hpp>

#include "telemetry/simulate/plan_text.h"

namespace wattline::cli {
namespace {

/// Reads each text into `out`; the first error ends it.
template <typename T, typename Parse>
Result<void> readAll(const std::vector<std::string>& texts, Parse parse, std::vector<T>& out) {
    for (const auto& text : texts) {
        auto value = parse(text);
        if (!value) return tl::unexpected(value.error());
        out.push_back(*value);
    }
    return {};
}

}  // namespace

void SimulateOptions::addTo(CLI::App& command) {
    auto& p = m_plan;
    command.add_option("--ranks", p.ranks, "Ranks, one GPU each")->capture_default_str();
    command.add_option("--nodes", p.nodes, "Nodes (default: eight ranks a node)");
    command.add_option("--rate", p.rate_hz, "Steps a second")->capture_default_str();
    command.add_option("--duration", m_duration, "Of the training at that rate: 90s, 5m, 1h")
        ->capture_default_str();
    command
        .add_option("--steps-per-message", p.steps_per_message,
                    "Steps that a rank gathers before it writes and sends")
        ->capture_default_str();
    command.add_option("--lbs", p.lbs, "Local batch size")->capture_default_str();
    command.add_option("--seed", p.seed, "Same seed, same records")->capture_default_str();
    command.add_option("--speed", m_speed, "realtime, or max: as fast as this machine goes")
        ->check(CLI::IsMember({"realtime", "max"}))
        ->capture_default_str();
    command.add_option("--sample-period-ms", m_sample_period_ms,
                       "Between power readings (default: 100; above 64 ranks 1000)");
    command.add_option("--straggler", m_stragglers,
                       "RANK:FACTOR: this rank computes so much longer");
    command.add_option("--kill-rank", m_rank_deaths, "RANK@TIME: its process is gone from then on");
    command.add_option("--kill-node", m_node_deaths, "NODE@TIME: all its ranks are");
    command.add_option(
        "--sensor-fault", m_sensor_faults,
        "RANK@TIME+TIME: its GPU's reads fail; RANK@TIME: its counter starts again at 0");
    command.add_option("--clock-skew-ms", m_clock_skew_ms,
                       "The nodes' wall clocks are wrong by up to so much");
}

Result<simulate::Plan> SimulateOptions::plan() const {
    auto plan = m_plan;
    const auto duration = simulate::parseSeconds(m_duration);
    if (!duration) return tl::unexpected(duration.error());
    plan.duration_s = *duration;
    plan.realtime = m_speed == "realtime";
    plan.sample_period_s = m_sample_period_ms / 1000.0;
    plan.clock_skew_s = m_clock_skew_ms / 1000.0;
    const auto deaths = [&plan](const std::vector<std::string>& texts, bool whole_node) {
        return readAll(
            texts, [=](const auto& text) { return simulate::parseDeath(text, whole_node); },
            plan.deaths);
    };
    if (auto ok = readAll(m_stragglers, simulate::parseStraggler, plan.stragglers); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = deaths(m_rank_deaths, false); !ok) return tl::unexpected(ok.error());
    if (auto ok = deaths(m_node_deaths, true); !ok) return tl::unexpected(ok.error());
    if (auto ok = readAll(m_sensor_faults, simulate::parseSensorFault, plan.sensor_faults); !ok)
        return tl::unexpected(ok.error());
    return simulate::completed(std::move(plan));
}

}  // namespace wattline::cli
