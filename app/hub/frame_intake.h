// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "app/hub/command_desk.h"
#include "app/hub/request_handler.h"
#include "app/hub/run_registry.h"

namespace wattline {

/// What ranks send, on its way from whatever brought it to the runs it belongs to. Nothing in it is
/// trusted: what cannot be decoded, or is of a run that is not here, is counted. Threads: one
/// owner.
class FrameIntake {
public:
    FrameIntake(RunRegistry& registry, CommandDesk& commands, HubCounters& counters)
        : m_registry(registry), m_commands(commands), m_counters(counters) {}

    /// `peer`: the connection it came by, for answers.
    void take(std::span<const std::byte> frame, const std::string& peer);

private:
    RunRegistry& m_registry;
    CommandDesk& m_commands;
    HubCounters& m_counters;
};

}  // namespace wattline
