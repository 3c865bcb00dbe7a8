// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "telemetry/core/result.h"

namespace wattline {

/// Where a run stands. `Lost`: no exit record, no heartbeat, unknown to whoever started it.
enum class RunState {
    Queued,
    Starting,
    Running,
    Held,
    Suspending,
    Suspended,
    Resuming,
    Stopping,
    Finished,
    Failed,
    Lost,
};

/// What a person or a limit may ask of a run.
enum class CommandKind { Hold, Resume, Suspend, Checkpoint, Stop, Evaluate };

[[nodiscard]] std::string_view name(RunState state) noexcept;
[[nodiscard]] std::string_view name(CommandKind kind) noexcept;
[[nodiscard]] std::optional<RunState> parseRunState(std::string_view text) noexcept;
[[nodiscard]] std::optional<CommandKind> parseCommandKind(std::string_view text) noexcept;

/// True when nothing more will come from the run.
[[nodiscard]] bool isFinal(RunState state) noexcept;

/// The pure state machine of control: the state in which `kind` leaves a run that is in `state`,
/// or a sentence that says why the run cannot do that now. A command that asks for the state the
/// run is already in is accepted and changes nothing.
[[nodiscard]] Result<RunState> apply(CommandKind kind, RunState state);

}  // namespace wattline
