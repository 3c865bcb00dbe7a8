// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/run_summary.h"

namespace wattline::cli {

/// A run for people: configuration, progress, figures with their method, every account of the
/// energy ledger, phases, wasted work, what to beware of, and what happened. Factors and what
/// follows from them are lines of their own, never part of an energy.
[[nodiscard]] std::string runReport(const RunSummary& run, const Factors& factors = {},
                                    const DerivedFigures& derived = {});

}  // namespace wattline::cli
