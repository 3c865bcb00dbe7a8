// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/workspace.h"
#include "telemetry/sampling/sampled_publisher.h"
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

/// Joins a training to its publisher and its power sampler. Threads: training thread.
class RankTelemetry final : public RunLink {
public:
    /// `clock` outlives it. `notes` gets one sentence for each thing that is not measured.
    [[nodiscard]] static Result<std::unique_ptr<RankTelemetry>>
    open(const RankIdentity& identity, const Clock& clock, std::vector<std::string>& notes);
    ~RankTelemetry() override = default;  ///< as close("failed")

    void record(const StepRecord& record) noexcept override { m_out->publisher().record(record); }
    void event(wire::Event event) override { m_out->publisher().event(std::move(event)); }
    std::optional<wire::Command> takeCommand() override { return m_out->publisher().takeCommand(); }
    void setState(RunState state) noexcept override { m_out->publisher().setState(state); }

    /// The last power sample, then the `ended` record. Outcome as for Publisher::close.
    [[nodiscard]] Result<void> close(const std::string& outcome) { return m_out->close(outcome); }

private:
    explicit RankTelemetry(std::unique_ptr<SampledPublisher> out) : m_out(std::move(out)) {}
    std::unique_ptr<SampledPublisher> m_out;
};

}  // namespace wattline::trainer
