// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/core/energy.h"
#include "telemetry/core/run_summary.h"

namespace wattline::ui {

/// Our strings are UTF-8 everywhere; Qt's are UTF-16. These two are the only crossing.
[[nodiscard]] QString fromUtf8(std::string_view text);
[[nodiscard]] std::string toUtf8(const QString& text);

/// "–": what an unknown figure looks like. Never 0.
[[nodiscard]] QString unknownText();
/// "1,204,332", whatever the locale, as in the exports.
[[nodiscard]] QString countText(std::int64_t count);
/// "42 s", "12 min 04 s", "3 h 07 min".
[[nodiscard]] QString durationText(double seconds);
/// "12.4 %" of a share from 0 to 1, with the digits that small shares need.
[[nodiscard]] QString shareText(double share);

/// "12.44 kWh ± 0.09"; an estimate gives its range instead, as "0.9 Wh (0.3–2.8)".
[[nodiscard]] QString energyText(const RunSummary& run);
/// A figure with its unit; "–" when it is not known.
[[nodiscard]] QString figureText(const std::optional<double>& value, const std::optional<double>& u,
                                 const std::string& unit, int digits = 3);
/// "NVML energy counter", "2 sensors", "estimated": what the headline figure was read from.
[[nodiscard]] QString sensorText(const RunSummary& run);
/// "counter", "integrated", "estimated"; empty when there is no figure.
[[nodiscard]] QString methodText(EnergyMethod method);
/// "GPU hours" or "rank hours": what the run's device hours count.
[[nodiscard]] QString hoursName(const RunSummary& run);
/// "2 × 32": how a run is called where space is short; its own name when it has one.
[[nodiscard]] QString shortName(const RunSummary& run);

}  // namespace wattline::ui
