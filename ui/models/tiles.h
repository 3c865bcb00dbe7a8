// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

#include "telemetry/core/run_summary.h"

namespace wattline::ui {

/// What one tile says, always in the order value, unit, uncertainty, sensor.
struct TileText {
    QString caption;
    QString value;   ///< large; "–" when unknown
    QString unit;    ///< beside it: unit and uncertainty
    QString detail;  ///< first line below: sensor and method
    QString more;    ///< second line, less important
    bool estimated = false;
    QString method = QStringLiteral("estimated");  ///< the word beside the caption, when estimated
    bool warning = false;                          ///< something a person should look at
};

/// The tiles beside the hero plot. Pure: the same run gives the same words.
[[nodiscard]] TileText energyTile(const RunSummary& run);
[[nodiscard]] TileText hoursTile(const RunSummary& run);
[[nodiscard]] TileText lossTile(const RunSummary& run);
[[nodiscard]] TileText healthTile(const RunSummary& run);

/// The promises kept visible at the window's foot.
struct StatusText {
    QString received, monitor, shown, method;
    bool lost = false;
};
/// `shown_points` of `all_points` are what the plots' pixels show.
[[nodiscard]] StatusText statusText(const RunSummary& run, std::int64_t shown_points,
                                    std::int64_t all_points);

/// "running · step 4,812 of 6,400".
[[nodiscard]] QString stateText(const RunSummary& run);

}  // namespace wattline::ui
