// SPDX-License-Identifier: Apache-2.0
#include "trainer/cli/run_training.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <thread>

#include "telemetry/core/host.h"
#include "telemetry/core/units.h"
#include "trainer/cli/prepare_run.h"
#include "trainer/cli/rank_telemetry.h"
#include "trainer/cli/silent_link.h"
#include "trainer/control/stop_signal.h"
#include "trainer/data/open_datasets.h"
#include "trainer/loop/compute_threads.h"
#include "trainer/loop/recipe.h"
#include "trainer/loop/training.h"

namespace wattline::trainer {
namespace {

/// One instant on this host's clock and as UTC.
struct Instant {
    std::int64_t mono_ns = 0, unix_ns = 0;
};

/// When the run's window opens: when the process started, or when the idle baseline that was asked
/// for has been read. What was loaded before is then before the window, too.
Instant openingOf(const RunSpec& spec, Instant started) {
    if (spec.idle_baseline_s <= 0.0) return started;
    const auto baseline_ns = static_cast<std::int64_t>(spec.idle_baseline_s * kNanosPerSecond);
    return {systemClock().monotonicNs() + baseline_ns, systemClock().realtimeNs() + baseline_ns};
}

/// Idle: nothing of the training has begun on any rank, and the sampler reads.
void waitUntil(std::int64_t mono_ns) {
    constexpr std::int64_t kNapNs = 100'000'000;
    for (;;) {
        const auto left = mono_ns - systemClock().monotonicNs();
        if (left <= 0 || stopSignalled()) return;
        std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(left, kNapNs)));
    }
}

void warn(const std::vector<std::string>& notes) {
    for (const auto& note : notes)
        std::cerr << "warning: " + note + "\n" << std::flush;
}

/// Opens this rank's telemetry; all ranks have theirs or none has.
Result<std::unique_ptr<RankTelemetry>> openTelemetry(const RankIdentity& identity,
                                                     const Communicator& communicator) {
    std::vector<std::string> notes;
    auto telemetry = RankTelemetry::open(identity, systemClock(), notes);
    warn(notes);
    const auto all = communicator.agree(telemetry.map([](const auto&) {}));
    if (!all) return tl::unexpected(all.error());
    return telemetry;
}

void reportFailure(RankTelemetry& telemetry, const std::string& sentence) {
    wire::Event event;
    event.kind = "failed";
    event.text = sentence;
    telemetry.event(std::move(event));
}

/// What a comparison of trainings with and without telemetry reads; the same line from both.
Result<Outcome> trainTimed(const TrainingContext& context) {
    const auto before = systemClock().monotonicNs();
    auto outcome = train(context);
    const auto ns = systemClock().monotonicNs() - before;
    if (outcome && context.communicator.rank() == 0)
        context.progress << "trained in " + std::to_string(static_cast<double>(ns) / 1e9) + " s\n"
                         << std::flush;
    return outcome;
}

Result<void> trainInSilence(const RunSpec& spec, const Datasets& data,
                            const Communicator& communicator) {
    SilentLink link;
    return trainTimed(
               {spec, data, communicator, link, systemClock(), stopSignalled, std::cout, std::cerr})
        .map([](Outcome) {});
}

/// Trains and writes how it ended; what torch throws is written too before it goes on.
Result<Outcome> trainAndClose(const TrainingContext& context, RankTelemetry& telemetry) {
    Result<Outcome> outcome = Outcome::Finished;
    try {
        outcome = trainTimed(context);
    } catch (const std::exception& error) {
        reportFailure(telemetry, "rank " + std::to_string(context.communicator.rank()) + " on " +
                                     hostName() + " failed: " + error.what());
        if (auto closed = telemetry.close("failed"); !closed) warn({closed.error().message});
        throw;
    }
    if (!outcome && context.communicator.rank() == 0)
        reportFailure(telemetry, outcome.error().message);
    const char* ending = !outcome                       ? "failed"
                         : *outcome == Outcome::Stopped ? "stopped"
                                                        : "finished";
    const auto closed = context.communicator.agree(telemetry.close(ending));
    if (!outcome) return outcome;
    if (!closed) return tl::unexpected(closed.error());
    return outcome;
}

}  // namespace

Result<void> runTraining(const Options& options, const Communicator& communicator) {
    const auto started_mono_ns = systemClock().monotonicNs();
    const auto started_unix_ns = systemClock().realtimeNs();
    auto wanted = options.spec;
    wanted.ranks = communicator.size();
    const auto spec = completed(std::move(wanted));
    if (!spec) return tl::unexpected(spec.error());
    useComputeThreads(spec->threads_per_rank);

    const auto data = openDatasets(*spec);
    const auto opened = communicator.agree(data.map([](const Datasets&) {}));
    if (!opened) return opened;
    if (!options.telemetry) return trainInSilence(*spec, *data, communicator);
    const auto folder = prepareRunFolder(options.run_folder, *spec, communicator);
    if (!folder) return tl::unexpected(folder.error());
    const auto shape = batchShape(*spec, *data->training);
    const auto window = openingOf(*spec, {started_mono_ns, started_unix_ns});
    const auto telemetry =
        openTelemetry({*spec, *folder, communicator.rank(), window.mono_ns, window.unix_ns,
                       plannedSteps(*spec, shape.stepsPerEpoch())},
                      communicator);
    if (!telemetry) return tl::unexpected(telemetry.error());
    waitUntil(window.mono_ns);

    if (communicator.rank() == 0)
        std::cout << "run " << folder->id() << ": " << displayName(*spec) << ", "
                  << shape.stepsPerEpoch() << " steps an epoch\n"
                  << std::flush;
    return trainAndClose({*spec, *data, communicator, **telemetry, systemClock(), stopSignalled,
                          std::cout, std::cerr},
                         **telemetry)
        .map([](Outcome) {});
}

}  // namespace wattline::trainer
