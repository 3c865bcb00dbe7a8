// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "telemetry/core/records.h"
#include "telemetry/core/run_state.h"
#include "telemetry/wire/messages.h"

namespace wattline::trainer {

/// How one rank's training speaks to the world and hears from it. The program joins it to a
/// Publisher; tests join it to vectors. Nothing here blocks or fails.
/// Threads: training thread only.
class RunLink {
public:
    virtual ~RunLink() = default;
    virtual void record(const StepRecord& record) noexcept = 0;
    virtual void event(wire::Event event) = 0;
    /// The next command, in order of arrival. Only rank 0 ever gets one.
    [[nodiscard]] virtual std::optional<wire::Command> takeCommand() = 0;
    virtual void setState(RunState state) noexcept = 0;
};

}  // namespace wattline::trainer
