// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "telemetry/analysis/run_plots.h"

namespace wattline {

/// Adds fitted line, band and the note with the slope in watts to one run's energy over GPU hours.
/// `scale` is plotted unit per joule. Nothing is added where there is no line to fit.
void addEnergyLine(const RunColumns& run, double scale, PlotSeries& series);

/// What the plotted energies rest on: k, methods, sensors, and how wide an estimate is.
[[nodiscard]] std::string energyFootnote(const std::vector<RunColumns>& runs);

}  // namespace wattline
