// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"
#include "telemetry/power/power_sampler.h"
#include "telemetry/publish/publisher.h"
#include "trainer/control/run_link.h"

namespace wattline::trainer {

/// What a rank's telemetry needs to know about its run.
struct RankIdentity {
    const RunSpec& spec;  ///< completed
    RunFolder folder;
    int rank = 0;
    std::int64_t started_mono_ns = 0;  ///< opens this rank's window: before anything was loaded
    std::int64_t started_unix_ns = 0;
    std::int64_t steps_planned = 0;
};

/// Joins a training to its publisher and, on one rank of each host, to a power sampler.
/// Threads: training thread; the sampler's thread only calls Publisher::recordPower.
class RankTelemetry final : public RunLink {
public:
    /// `clock` outlives it. `notes` gets one sentence for each thing that is not measured.
    [[nodiscard]] static Result<std::unique_ptr<RankTelemetry>>
    open(const RankIdentity& identity, const Clock& clock, std::vector<std::string>& notes);
    ~RankTelemetry() override = default;  ///< as close("failed"), but the sampler stops first

    void record(const StepRecord& record) noexcept override { m_publisher->record(record); }
    void event(wire::Event event) override { m_publisher->event(std::move(event)); }
    std::optional<wire::Command> takeCommand() override { return m_publisher->takeCommand(); }
    void setState(RunState state) noexcept override { m_publisher->setState(state); }

    /// The last power sample, then the `ended` record. Outcome as for Publisher::close.
    [[nodiscard]] Result<void> close(const std::string& outcome);

private:
    RankTelemetry(std::unique_ptr<SamplerLock> lock, std::unique_ptr<Publisher> publisher)
        : m_lock(std::move(lock)), m_publisher(std::move(publisher)) {}

    std::unique_ptr<SamplerLock> m_lock;
    std::unique_ptr<Publisher> m_publisher;
    std::unique_ptr<PowerSampler> m_sampler;  ///< last: stops before its publisher goes
};

}  // namespace wattline::trainer
