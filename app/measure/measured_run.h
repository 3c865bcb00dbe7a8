// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/measure/child_command.h"
#include "app/measure/process_place.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace wattline {

struct MeasureRequest {
    std::vector<std::string> argv;  ///< the command; not empty
    std::string name;               ///< of the run; empty: the command itself
    std::string devices = "all";    ///< see chooseDevices()
    int sample_period_ms = 100;
    double rated_power_w = 0.0;    ///< of this host's CPUs, for the estimate; 0: not given
    double idle_baseline_s = 0.0;  ///< seconds of readings before the command starts
};

struct MeasuredRun {
    RunFolder folder;
    CommandEnd end;
    bool started = true;             ///< false: a signal came before the command did
    std::vector<std::string> notes;  ///< what was not measured, a sentence each
};

/// Runs a command as (one process of) a run without steps: hello, power, `ended`, written by the
/// same publisher and sampler as a training's. The run's window opens when the command starts and
/// closes when it ends. An error means that the command was not run; its own failure is none.
/// Threads: the main thread, before any other is made.
[[nodiscard]] Result<MeasuredRun> measureCommand(const Workspace& workspace,
                                                 const ProcessPlace& place,
                                                 const MeasureRequest& request);

/// A command as a shell would take it again. Pure.
[[nodiscard]] std::string quotedForShell(const std::vector<std::string>& argv);

}  // namespace wattline
