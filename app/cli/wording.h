// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "telemetry/core/run_summary.h"

/// A run's figures as people read them: unit and uncertainty beside the number, the word
/// "estimated" and its range where nothing was measured, and a dash for what is not known.
namespace wattline::cli {

inline constexpr const char* kUnknown = "\u2013";

[[nodiscard]] std::string fixed(double value, int digits);
[[nodiscard]] std::string fixed(std::optional<double> value, int digits);
[[nodiscard]] std::string grouped(std::int64_t count);  ///< 12,345
/// "1 step", "12,345 steps".
[[nodiscard]] std::string counted(std::int64_t count, const std::string& thing);
/// "12.5 samples/s"; a dash without a unit when not known.
[[nodiscard]] std::string rateText(std::optional<double> samples_per_s);

/// "12.44 Wh ± 0.09 (counter)", "12.4 Wh ± 0.1 (counter, 3 of 4 hosts)", "1.20 Wh estimated
/// (0.36–3.6 Wh)".
[[nodiscard]] std::string energyText(const RunSummary& run);
[[nodiscard]] std::string powerText(std::optional<double> watts, const RunSummary& run);
/// "0.0123 rank hours", "1.25 GPU hours".
[[nodiscard]] std::string hoursText(const RunSummary& run);
[[nodiscard]] std::string hoursUnit(const RunSummary& run);
/// "38.2 W ± 0.4 a rank": slope of energy over GPU hours.
[[nodiscard]] std::string slopeText(const RunSummary& run);
[[nodiscard]] std::string recordsText(const RunSummary& run);           ///< "482 of 482"
[[nodiscard]] std::string errorShareText(std::optional<double> share);  ///< 0.05 -> "5.00 %"
[[nodiscard]] std::string durationText(double seconds);                 ///< "1 h 02 min", "12.3 s"

}  // namespace wattline::cli
