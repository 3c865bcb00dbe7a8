// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "app/hub/command_desk.h"
#include "app/hub/frame_intake.h"
#include "app/hub/run_registry.h"
#include "tests/simulation/sim_disk.h"
#include "tests/simulation/sim_network.h"

namespace wattline::sim {

/// One life of a hub's process: the real registry, command desk and intake, without sockets.
/// Threads: one.
class SimHub {
public:
    SimHub(const std::filesystem::path& workspace, int host, const Clock& clock, SimDisk& disk,
           SimNetwork& network);
    /// False when the catalog cannot be opened.
    [[nodiscard]] bool start();
    void turn();
    /// Stores summaries, as a hub that was asked to end does. Not calling it is a kill.
    void endInOrder();

    [[nodiscard]] bool started() const noexcept { return m_registry != nullptr; }
    [[nodiscard]] RunRegistry& registry() noexcept { return *m_registry; }
    [[nodiscard]] CommandDesk& commands() noexcept { return *m_commands; }
    [[nodiscard]] const HubCounters& counters() const noexcept { return m_counters; }

    Process process;
    std::uint64_t replays = 0;  ///< asked for

private:
    SimNetwork& m_network;
    const Clock& m_clock;
    std::unique_ptr<Files> m_files;
    Workspace m_workspace;
    HubCounters m_counters;
    std::unique_ptr<RunRegistry> m_registry;
    std::unique_ptr<CommandDesk> m_commands;
    std::unique_ptr<FrameIntake> m_intake;
};

}  // namespace wattline::sim
