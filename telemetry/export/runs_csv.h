// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "telemetry/core/run_summary.h"

namespace wattline {

/// One line a run with the figures of its summary; the header's names are the keys of
/// `wattline show --json`. Unknown figures are empty fields.
[[nodiscard]] std::string runsCsv(std::span<const RunSummary> runs);

}  // namespace wattline
