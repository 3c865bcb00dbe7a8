// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "telemetry/analysis/factors.h"
#include "telemetry/core/run_summary.h"

/// The energy of one run in words, for `wattline show`.
namespace wattline::cli {

/// Label and text, one line each: energy, what was wasted, what it is above idle.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> energyLines(const RunSummary& run);
/// Every account of the ledger: scope, method, energy with u, counter against samples.
[[nodiscard]] std::string ledgerTable(const RunSummary& run);
/// Energy by phase; empty without phases.
[[nodiscard]] std::string phaseTable(const RunSummary& run);
/// Factors and what follows from them, called an estimate where the energy is one; none without
/// factors.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
factorLines(const RunSummary& run, const Factors& factors, const DerivedFigures& derived);

}  // namespace wattline::cli
