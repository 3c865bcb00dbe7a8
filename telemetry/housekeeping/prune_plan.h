// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/core/run_id.h"
#include "telemetry/core/run_state.h"

namespace wattline {

/// A run as housekeeping sees it.
struct StoredRun {
    RunId id;
    RunState state = RunState::Queued;
    std::int64_t changed_unix_ns = 0;  ///< last change of its records, UTC
    std::uint64_t bytes = 0;           ///< that its folder takes on the disk
};

/// Which runs may go. A rule that is empty asks for nothing.
struct PrunePolicy {
    std::optional<std::int64_t> older_than_ns;  ///< since the last change
    std::optional<std::uint64_t> max_bytes;     ///< that all runs together may take
};

struct PrunePlan {
    std::vector<StoredRun> go;  ///< oldest first
    std::uint64_t bytes_go = 0, bytes_stay = 0;
    std::size_t live = 0;      ///< runs that go on: never touched
    bool small_enough = true;  ///< false: what is live alone is larger than max_bytes
};

/// Runs that are too old go; then, while the rest is too large, the oldest of it. Never a run that
/// goes on. Pure: the same runs, in any order, give the same plan.
[[nodiscard]] PrunePlan planPrune(std::vector<StoredRun> runs, const PrunePolicy& policy,
                                  std::int64_t now_unix_ns);

}  // namespace wattline
