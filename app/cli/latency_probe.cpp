// SPDX-License-Identifier: Apache-2.0
#include "app/cli/latency_probe.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "telemetry/core/clock.h"

namespace wattline::cli {
namespace {

constexpr std::chrono::milliseconds kPause{3};  // between two questions
constexpr int kPatienceMs = 5000;

std::string questionFor(const RunId& run, const std::string& series) {
    return nlohmann::json{{"run", run}, {"series", series}, {"axis", "step"},
                          {"from", 0},  {"to", 1e15},       {"columns", 1}}
        .dump();
}

/// The newest step that a query shows; empty when it shows none.
std::optional<std::size_t> newestStep(const HubLease& hub, const std::string& params) {
    const auto answer = callHub(hub, "series", params, kPatienceMs);
    if (!answer) return std::nullopt;
    const auto result = nlohmann::json::parse(answer->result, nullptr, false);
    if (!result.is_object() || result.value("points_total", 0.0) <= 0.0) return std::nullopt;
    const auto last = result.find("x_last");
    if (last == result.end() || !last->is_number() || last->get<double>() < 1.0)
        return std::nullopt;
    return static_cast<std::size_t>(last->get<double>());
}

Latency summed(std::vector<double> ms) {
    if (ms.empty()) return {};
    std::ranges::sort(ms);
    const auto quantile = [&ms](double q) {
        const auto rank = std::ceil(q * static_cast<double>(ms.size()));
        return ms[static_cast<std::size_t>(std::max(1.0, rank)) - 1];
    };
    return {ms.size(), quantile(0.5), quantile(0.99), ms.back()};
}

}  // namespace

LatencyProbe::LatencyProbe(const HubLease& hub, const RunId& run, std::uint32_t ranks)
    : m_hub(hub) {
    m_series.push_back({questionFor(run, "loss")});
    for (const auto rank : std::set<std::uint32_t>{0, ranks / 3, 2 * ranks / 3, ranks - 1})
        m_series.push_back({questionFor(run, "rank/" + std::to_string(rank) + "/loss"), true});
    m_thread = std::jthread([this](const std::stop_token& stop) { this->run(stop); });
}

void LatencyProbe::recorded(std::int64_t mono_ns) {
    const MutexLock lock(m_mutex);
    m_recorded_ns.push_back(mono_ns);
}

void LatencyProbe::run(const std::stop_token& stop) {
    while (!stop.stop_requested())
        for (auto& series : m_series) {
            look(series);
            std::this_thread::sleep_for(kPause);
        }
}

void LatencyProbe::look(Series& series) {
    const auto newest = newestStep(m_hub, series.params);
    const auto now = systemClock().monotonicNs();
    const MutexLock lock(m_mutex);
    const auto until = std::min(newest.value_or(0), m_recorded_ns.size());
    for (; series.seen < until; ++series.seen)
        series.ms.push_back(static_cast<double>(now - m_recorded_ns[series.seen]) / 1e6);
}

LatencyProbe::Figures LatencyProbe::finish() {
    m_thread.request_stop();
    m_thread.join();
    std::vector<double> of_ranks, of_rows;
    for (const auto& series : m_series) {
        auto& all = series.of_rank ? of_ranks : of_rows;
        all.insert(all.end(), series.ms.begin(), series.ms.end());
    }
    return {summed(std::move(of_ranks)), summed(std::move(of_rows))};
}

}  // namespace wattline::cli
