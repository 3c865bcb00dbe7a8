// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "tests/ui/support/fake_feed.h"

namespace wattline::test {

/// A run as a hub reports it, with figures that are easy to check by eye.
[[nodiscard]] RunSummary exampleRun(const RunId& id, RunState state = RunState::Running);
/// Evenly spaced points on a line.
[[nodiscard]] SeriesColumns lineColumns(double x_step, double slope, int points);

/// Four runs with every series, as they might look after some minutes, for pictures of the window:
/// one running, one held once, one finished, one estimated. Seeded: always the same.
[[nodiscard]] std::vector<RunSummary> exampleRuns();
void addExampleSeries(FakeFeed& feed, const std::vector<RunSummary>& runs);

}  // namespace wattline::test
