// SPDX-License-Identifier: Apache-2.0
#include "app/cli/latency_probe.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "telemetry/core/clock.h"

namespace wattline::cli {
namespace {

constexpr std::chrono::milliseconds kPause{10};
constexpr int kPatienceMs = 5000;

/// The newest step that a query shows; empty when it shows none.
std::optional<std::uint64_t> newestStep(const HubLease& hub, const std::string& params) {
    const auto answer = callHub(hub, "series", params, kPatienceMs);
    if (!answer) return std::nullopt;
    const auto result = nlohmann::json::parse(answer->result, nullptr, false);
    if (!result.is_object() || result.value("points_total", 0) <= 0) return std::nullopt;
    const auto last = result.find("x_last");
    if (last == result.end() || !last->is_number() || last->get<double>() < 1.0)
        return std::nullopt;
    return static_cast<std::uint64_t>(last->get<double>());
}

}  // namespace

LatencyProbe::LatencyProbe(HubLease hub, RunId run)
    : m_hub(std::move(hub)), m_run(std::move(run)),
      m_thread([this](const std::stop_token& stop) { this->run(stop); }) {}

void LatencyProbe::recorded(std::uint64_t step, std::int64_t mono_ns) {
    const MutexLock lock(m_mutex);
    m_waiting.push_back({step, mono_ns});
}

void LatencyProbe::run(const std::stop_token& stop) {
    const auto params = nlohmann::json{{"run", m_run}, {"series", "loss"}, {"axis", "step"},
                                       {"from", 0},    {"to", 1e15},       {"columns", 1}}
                            .dump();
    while (!stop.stop_requested()) {
        if (const auto newest = newestStep(m_hub, params))
            seen(*newest, systemClock().monotonicNs());
        std::this_thread::sleep_for(kPause);
    }
}

void LatencyProbe::seen(std::uint64_t newest_step, std::int64_t mono_ns) {
    const MutexLock lock(m_mutex);
    while (!m_waiting.empty() && m_waiting.front().step <= newest_step) {
        m_ms.push_back(static_cast<double>(mono_ns - m_waiting.front().mono_ns) / 1e6);
        m_waiting.pop_front();
    }
}

std::optional<Latency> LatencyProbe::finish() {
    m_thread.request_stop();
    m_thread.join();
    const MutexLock lock(m_mutex);
    if (m_ms.empty()) return std::nullopt;
    std::ranges::sort(m_ms);
    const auto quantile = [this](double q) {
        const auto rank = std::ceil(q * static_cast<double>(m_ms.size()));
        return m_ms[static_cast<std::size_t>(std::max(1.0, rank)) - 1];
    };
    return Latency{m_ms.size(), quantile(0.5), quantile(0.99), m_ms.back()};
}

}  // namespace wattline::cli
