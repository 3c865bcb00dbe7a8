// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "app/client/hub_call.h"
#include "telemetry/core/mutex.h"
#include "telemetry/core/run_id.h"

namespace wattline::cli {

/// From record() to a client's answer, in ms. Counted from the moment before the step's first rank
/// recorded it to the moment after a query's answer showed it, so that neither the polling period
/// nor the other ranks' recording is left out.
struct Latency {
    std::size_t records = 0;  ///< measured; with none the rest means nothing
    double p50_ms = 0.0, p99_ms = 0.0, max_ms = 0.0;
};

/// A client beside a run of this process that asks its hub all the time for the newest record of
/// some ranks, spread over all of them, and for the newest step of the run as a whole, which waits
/// for the slowest rank and for the readings of power that give it a place on the energy axis.
/// Threads: recorded() from one thread, the rest from the owner's.
class LatencyProbe {
public:
    LatencyProbe(const HubLease& hub, const RunId& run, std::uint32_t ranks);
    /// Steps come as 1, 2, 3, ... `mono_ns`: CLOCK_MONOTONIC of this machine.
    void recorded(std::int64_t mono_ns);

    struct Figures {
        Latency rank;  ///< a rank's own record
        Latency row;   ///< the step of all ranks
    };
    /// Ends the asking.
    [[nodiscard]] Figures finish();

private:
    struct Series {
        std::string params;  ///< of the query
        bool of_rank = false;
        std::size_t seen = 0;  ///< steps so far
        std::vector<double> ms{};
    };
    void run(const std::stop_token& stop);
    void look(Series& series);

    HubLease m_hub;
    std::vector<Series> m_series;  ///< the thread's, and finish()'s once it was joined
    Mutex m_mutex;
    std::vector<std::int64_t> m_recorded_ns WATTLINE_GUARDED_BY(m_mutex);  ///< by step - 1
    std::jthread m_thread;                                                 ///< last
};

}  // namespace wattline::cli
