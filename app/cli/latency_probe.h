// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <thread>
#include <vector>

#include "app/client/hub_call.h"
#include "telemetry/core/mutex.h"
#include "telemetry/core/run_id.h"

namespace wattline::cli {

/// From record() to a client's answer, in ms. Of steps, each counted from the moment before its
/// first rank recorded it to the moment after a query's answer showed it, so that the polling
/// period is in every figure.
struct Latency {
    std::size_t steps = 0;  ///< measured
    double p50_ms = 0.0, p99_ms = 0.0, max_ms = 0.0;
};

/// A client beside a run of this process that asks its hub every few milliseconds for the newest
/// step. Threads: recorded() from one thread, the rest from the owner's.
class LatencyProbe {
public:
    LatencyProbe(HubLease hub, RunId run);
    /// `mono_ns`: CLOCK_MONOTONIC of this machine.
    void recorded(std::uint64_t step, std::int64_t mono_ns);
    /// Ends the asking; empty when no step was seen.
    [[nodiscard]] std::optional<Latency> finish();

private:
    struct Waiting {
        std::uint64_t step = 0;
        std::int64_t mono_ns = 0;
    };
    void run(const std::stop_token& stop);
    void seen(std::uint64_t newest_step, std::int64_t mono_ns);

    HubLease m_hub;
    RunId m_run;
    Mutex m_mutex;
    std::deque<Waiting> m_waiting WATTLINE_GUARDED_BY(m_mutex);
    std::vector<double> m_ms WATTLINE_GUARDED_BY(m_mutex);
    std::jthread m_thread;  ///< last
};

}  // namespace wattline::cli
