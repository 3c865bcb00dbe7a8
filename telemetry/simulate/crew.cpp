// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/crew.h"

#include <algorithm>

namespace wattline::simulate {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Between two visits there may be microseconds: short waits are gathered into one of this length.
constexpr std::chrono::milliseconds kNap{1};

}  // namespace

void Crew::start(std::chrono::nanoseconds period) {
    m_thread = std::jthread([this, period](const std::stop_token& stop) { run(stop, period); });
}

void Crew::run(const std::stop_token& stop, std::chrono::nanoseconds period) {
    const auto count = static_cast<std::int64_t>(m_ranks.size());
    auto round = SteadyClock::now();
    while (!stop.stop_requested()) {
        for (std::int64_t i = 0; i < count && !stop.stop_requested(); ++i) {
            const auto due = round + period * i / count;
            while (SteadyClock::now() < due && !stop.stop_requested())
                std::this_thread::sleep_for(kNap);
            m_ranks[static_cast<std::size_t>(i)]->turn();
        }
        // A round that took too long is not caught up with: the rings hold what waits.
        round = std::max(round + period, SteadyClock::now() - period);
    }
}

void Crew::turnAll() {
    for (const auto& rank : m_ranks)
        rank->turn();
}

Result<void> Crew::finish(const std::string& outcome) {
    if (m_thread.joinable()) {
        m_thread.request_stop();
        m_thread.join();
    }
    Result<void> all;
    for (const auto& rank : m_ranks) {
        auto ok = rank->finish(outcome);
        if (!ok && all) all = std::move(ok);
    }
    return all;
}

}  // namespace wattline::simulate
