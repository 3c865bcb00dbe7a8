// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "telemetry/core/host.h"
#include "trainer/cli/options.h"
#include "trainer/cli/run_training.h"
#include "trainer/control/stop_signal.h"

namespace {

using namespace wattline;
using namespace wattline::trainer;

/// Before MPI has started, its launcher says which process speaks for all.
bool speaksForAll() {
    for (const char* variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
        if (const char* rank = std::getenv(variable)) return std::string(rank) == "0";
    return true;
}

/// job.sh looks for lines that start like this.
int report(const Error& error) {
    std::cerr << "wattline-train: " + error.message + "\n" << std::flush;
    return static_cast<int>(error.code);
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parseOptions(argc, argv);
    if (!options) {
        if (speaksForAll()) report(options.error());
        return static_cast<int>(options.error().code);
    }
    if (!options->help.empty()) {
        if (speaksForAll()) std::cout << options->help;
        return 0;
    }
    const auto communicator = Communicator::start();
    if (!communicator) return report(communicator.error());
    const auto& ranks = **communicator;
    catchStopSignals();
    try {
        const auto done = runTraining(*options, ranks);
        if (done) return 0;
        if (ranks.rank() == 0) report(done.error());
        return static_cast<int>(done.error().code);
    } catch (const std::exception& error) {  // torch, memory: the other ranks cannot know of it
        report({"rank " + std::to_string(ranks.rank()) + " on " + hostName() +
                " failed: " + error.what()});
        ranks.abort(static_cast<int>(ExitCode::Failed));
    }
}
