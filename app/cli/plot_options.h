// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/run_plot.h"

namespace CLI {
class App;
}

namespace wattline::cli {

inline constexpr int kMaxRunsCompared = 64;

/// --plot, --axis, --width, --height, --dark. `request` must outlive the parsing.
void addPlotOptions(CLI::App& command, PlotRequest& request);

}  // namespace wattline::cli
