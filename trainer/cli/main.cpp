// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "telemetry/core/host.h"
#include "trainer/cli/options.h"
#include "trainer/control/stop_signal.h"
#include "trainer/data/open_datasets.h"
#include "trainer/loop/compute_threads.h"
#include "trainer/loop/training.h"

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

class SilentLink final : public RunLink {
public:
    void record(const StepRecord&) noexcept override {}
    void event(wire::Event) override {}
    std::optional<wire::Command> takeCommand() override { return std::nullopt; }
    void setState(RunState) noexcept override {}
};

Result<Outcome> run(const Options& options, const Communicator& communicator) {
    auto wanted = options.spec;
    wanted.ranks = communicator.size();
    const auto spec = completed(std::move(wanted));
    if (!spec) return tl::unexpected(spec.error());
    useComputeThreads(spec->threads_per_rank);

    auto data = openDatasets(*spec);
    const auto opened = communicator.agree(data.map([](const Datasets&) {}));
    if (!opened) return tl::unexpected(opened.error());
    SilentLink link;
    return train(
        {*spec, *data, communicator, link, systemClock(), stopSignalled, std::cout, std::cerr});
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
    catchStopSignals();
    const auto& ranks = **communicator;
    try {
        const auto outcome = run(*options, ranks);
        if (outcome) return 0;
        if (ranks.rank() == 0) report(outcome.error());
        return static_cast<int>(outcome.error().code);
    } catch (const std::exception& e) {  // torch, memory: the others cannot know of it
        report({"rank " + std::to_string(ranks.rank()) + " on " + hostName() +
                " failed: " + e.what()});
        ranks.abort(static_cast<int>(ExitCode::Failed));
    }
}
