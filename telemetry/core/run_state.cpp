// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/run_state.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace wattline {
namespace {

constexpr std::array kStates{
    std::pair{RunState::Queued, std::string_view{"queued"}},
    std::pair{RunState::Starting, std::string_view{"starting"}},
    std::pair{RunState::Running, std::string_view{"running"}},
    std::pair{RunState::Held, std::string_view{"held"}},
    std::pair{RunState::Suspending, std::string_view{"suspending"}},
    std::pair{RunState::Suspended, std::string_view{"suspended"}},
    std::pair{RunState::Resuming, std::string_view{"resuming"}},
    std::pair{RunState::Stopping, std::string_view{"stopping"}},
    std::pair{RunState::Finished, std::string_view{"finished"}},
    std::pair{RunState::Failed, std::string_view{"failed"}},
    std::pair{RunState::Lost, std::string_view{"lost"}},
};

constexpr std::array kCommands{
    std::pair{CommandKind::Hold, std::string_view{"hold"}},
    std::pair{CommandKind::Resume, std::string_view{"resume"}},
    std::pair{CommandKind::Suspend, std::string_view{"suspend"}},
    std::pair{CommandKind::Checkpoint, std::string_view{"checkpoint"}},
    std::pair{CommandKind::Stop, std::string_view{"stop"}},
    std::pair{CommandKind::Evaluate, std::string_view{"evaluate"}},
};

template <typename Table, typename Key>
std::string_view nameOf(const Table& table, Key key) noexcept {
    const auto it = std::ranges::find(table, key, [](const auto& row) { return row.first; });
    return it == table.end() ? std::string_view{"unknown"} : it->second;
}

template <typename Table>
auto keyOf(const Table& table, std::string_view text) noexcept
    -> std::optional<decltype(table.front().first)> {
    const auto it = std::ranges::find(table, text, [](const auto& row) { return row.second; });
    if (it == table.end()) return std::nullopt;
    return it->first;
}

}  // namespace

std::string_view name(RunState state) noexcept {
    return nameOf(kStates, state);
}
std::string_view name(CommandKind kind) noexcept {
    return nameOf(kCommands, kind);
}

std::optional<RunState> parseRunState(std::string_view text) noexcept {
    return keyOf(kStates, text);
}

std::optional<CommandKind> parseCommandKind(std::string_view text) noexcept {
    return keyOf(kCommands, text);
}

bool isFinal(RunState state) noexcept {
    return state == RunState::Finished || state == RunState::Failed || state == RunState::Lost;
}

Result<RunState> apply(CommandKind kind, RunState state) {
    const auto refuse = [&](std::string_view what_to_do) {
        return fail(ExitCode::Usage, "cannot " + std::string(name(kind)) + " a run that is " +
                                         std::string(name(state)) + "; " + std::string(what_to_do));
    };
    if (isFinal(state)) return refuse("it has ended, start a new run instead");
    switch (kind) {
    case CommandKind::Hold:
        if (state == RunState::Running || state == RunState::Starting || state == RunState::Held)
            return RunState::Held;
        return refuse("wait until it is running");
    case CommandKind::Resume:
        if (state == RunState::Held || state == RunState::Running) return RunState::Running;
        return refuse("only a held run resumes");
    case CommandKind::Stop:
        return RunState::Stopping;
    case CommandKind::Suspend:
    case CommandKind::Checkpoint:
    case CommandKind::Evaluate:
        return refuse("this trainer answers hold, resume and stop");
    }
    return refuse("the command is unknown");
}

}  // namespace wattline
