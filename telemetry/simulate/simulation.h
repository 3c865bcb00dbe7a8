// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"
#include "telemetry/publish/sink.h"
#include "telemetry/simulate/plan.h"

namespace wattline::simulate {

/// How a simulated run ended: what job.sh would write into exit.json.
struct Ending {
    std::string outcome;  ///< finished | stopped | failed
    int exit_code = 0;
    std::optional<int> signal, rank;
    std::string host, reason;
};

/// Records of all ranks together.
struct Totals {
    std::uint64_t steps = 0;  ///< optimizer steps that were recorded
    std::uint64_t recorded = 0, dropped = 0, journaled = 0, sent = 0, unsent = 0;
    std::uint64_t journal_errors = 0;
};

/// A training that never takes place, on nodes that do not exist: every rank's steps, power and
/// events go through the real rings, journals and sinks into a real run folder. Hold, resume and
/// stop reach it as they reach a trainer. Two threads drive all ranks: the caller of run() is every
/// rank's training thread and sampler, one more (none when it goes as fast as it can) is every
/// rank's publisher. Threads: one owner.
class Simulation {
public:
    using MakeSink = std::function<std::unique_ptr<Sink>(std::uint32_t rank)>;
    /// Told on the training thread, just before rank 0 records a step: its number and the machine's
    /// CLOCK_MONOTONIC.
    using StepListener = std::function<void(std::uint64_t step, std::int64_t mono_ns)>;

    /// `plan` is completed. Opens every rank's journal in `folder`, whose run.json is there.
    /// `machine` outlives the simulation.
    [[nodiscard]] static Result<std::unique_ptr<Simulation>> open(const Plan& plan,
                                                                  const RunFolder& folder,
                                                                  const MakeSink& make_sink,
                                                                  const Clock& machine);
    ~Simulation();
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    void onStep(StepListener listener);
    /// Until the last step, a death of the plan, a stop by command, or `stop`. Once.
    [[nodiscard]] Result<Ending> run(const std::atomic<bool>& stop);
    [[nodiscard]] Totals totals() const;

private:
    struct Impl;
    explicit Simulation(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// job.json: this process is the run's job. exit.json: how it ended; the last thing written.
[[nodiscard]] Result<void> writeJobRecord(const RunFolder& folder);
[[nodiscard]] Result<void> writeExitRecord(const RunFolder& folder, const Ending& ending);

}  // namespace wattline::simulate
