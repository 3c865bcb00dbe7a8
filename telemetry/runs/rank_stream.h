// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/core/records.h"
#include "telemetry/runs/sequence_tracker.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {

struct StreamKey {
    std::uint32_t attempt = 1;
    std::uint32_t rank = 0;
    friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
};

/// What is known of one rank in one attempt.
struct RankStream {
    SequenceTracker sequence;
    wire::JournalPosition journal;  ///< where the last heal stopped
    bool read_up = false;           ///< ... and whether that was the journal's end then
    bool journal_waits = false;     ///< ... or a part that may still turn out to be whole
    std::uint64_t journaled = 0;    ///< the last sequence that its journal was seen to hold
    std::optional<wire::Hello> hello;
    std::optional<wire::Event> ended;
    std::optional<wire::Heartbeat> tally;  ///< its last word when its journal refused
    std::optional<double> sampler_cpu_s;   ///< newest word of what sampling power cost

    /// Adds to a CLOCK_MONOTONIC reading of this rank's host to give ns since the run's zero. Known
    /// once all ranks of the attempt have said hello; records wait here until then.
    std::optional<std::int64_t> shift_ns;
    std::vector<PowerRecord> early_power;
    std::vector<wire::Event> early_events;
    std::vector<std::size_t> accounts;  ///< of the ledger, by the hello's device index

    // Both CLOCK_MONOTONIC of its host.
    std::int64_t newest_ns = 0;   ///< newest record: the run's window reaches to it
    std::int64_t reached_ns = 0;  ///< everything up to here has arrived; heartbeats move it, too
    std::int64_t heard_ns = 0;    ///< our clock, when something last came

    void sawRecordAt(std::int64_t mono_ns) noexcept {
        newest_ns = std::max(newest_ns, mono_ns);
        reached_ns = std::max(reached_ns, mono_ns);
    }
};

}  // namespace wattline
