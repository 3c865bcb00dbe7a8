// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "telemetry/core/result.h"

namespace CLI {
class App;
}

namespace wattline::cli {

class Console;

/// What the command line asked for, set by the one sub-command that was parsed. Its error ends the
/// process with the error's code.
using Chosen = std::function<Result<void>(Console&)>;

void addRun(CLI::App& app, Chosen& chosen);
void addMeasure(CLI::App& app, Chosen& chosen);
void addList(CLI::App& app, Chosen& chosen);
void addShow(CLI::App& app, Chosen& chosen);
void addWatch(CLI::App& app, Chosen& chosen);
void addControl(CLI::App& app, Chosen& chosen);  ///< hold, resume, stop
void addCompare(CLI::App& app, Chosen& chosen);
void addExport(CLI::App& app, Chosen& chosen);
void addVerify(CLI::App& app, Chosen& chosen);
void addRebuild(CLI::App& app, Chosen& chosen);
void addSimulate(CLI::App& app, Chosen& chosen);
void addHub(CLI::App& app, Chosen& chosen);
void addRelay(CLI::App& app, Chosen& chosen);
void addGui(CLI::App& app, Chosen& chosen);
void addDoctor(CLI::App& app, Chosen& chosen);
void addDisk(CLI::App& app, Chosen& chosen);
void addCompress(CLI::App& app, Chosen& chosen);
void addPrune(CLI::App& app, Chosen& chosen);
void addRestore(CLI::App& app, Chosen& chosen);

}  // namespace wattline::cli
