// SPDX-License-Identifier: Apache-2.0
#include "app/cli/plot_options.h"

#include <CLI/CLI.hpp>

namespace wattline::cli {

void addPlotOptions(CLI::App& command, PlotRequest& request) {
    command
        .add_option("--plot", request.series,
                    "energy, power, loss, throughput, step_time, val_top1_error, ...")
        ->capture_default_str();
    command.add_option(
        "--axis", request.axis,
        "step, samples, epoch, time, gpu_hours or kwh; default: gpu_hours for energy "
        "and power, else step");
    command.add_option("--width", request.width, "Pixels of a plot, 72 to 16384")
        ->capture_default_str();
    command.add_option("--height", request.height, "Pixels of a plot, 72 to 16384")
        ->capture_default_str();
    command.add_flag("--dark", request.dark, "Dark background");
}

}  // namespace wattline::cli
