// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "telemetry/core/feed.h"

namespace wattline::cli {

/// How runs are shown while they are followed.
struct FollowView {
    bool silent = false;  ///< for --json: only the end is printed, by the caller
    bool table = false;   ///< a table and a plot; else one line a run
};

/// When to look and when to give up; tests shorten these.
struct FollowTimes {
    std::chrono::milliseconds look{50};
    std::chrono::milliseconds redraw{200};       ///< on a terminal: 5 pictures a second
    std::chrono::milliseconds line{5'000};       ///< when piped: a line a run; a new state at once
    std::chrono::milliseconds patience{60'000};  ///< without a hub, or with a hub without the run
};

struct Followed {
    std::vector<RunSummary> runs;  ///< as last seen, in the order asked for
    bool interrupted = false;      ///< Ctrl-C, or the reader of our output left
};

/// Shows `runs` until all have ended, Ctrl-C, or nobody reads any more. Fails when the hub cannot
/// be reached for `times.patience`; the runs themselves go on in every case. `interrupt` is the
/// caller's, so that a Ctrl-C between launch and following is not lost.
[[nodiscard]] Result<Followed> follow(Console& console, Feed& feed, const InterruptWatch& interrupt,
                                      const std::vector<RunId>& runs, FollowView view,
                                      const FollowTimes& times = {});

/// Fails with the reasons of the runs that failed or were lost; fine when each finished.
[[nodiscard]] Result<void> endingVerdict(const std::vector<RunSummary>& runs);

}  // namespace wattline::cli
