// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_hub.h"

#include <utility>

namespace wattline::sim {

SimHub::SimHub(const std::filesystem::path& workspace, int host, const Clock& clock, SimDisk& disk,
               SimNetwork& network)
    : m_network(network), m_clock(clock), m_files(disk.view(process)),
      m_workspace(Workspace::in(*m_files, workspace)) {
    process.host = host;
}

bool SimHub::start() {
    auto registry = RunRegistry::open(m_workspace, m_clock);
    if (!registry) return false;
    m_registry = std::move(*registry);
    m_commands = std::make_unique<CommandDesk>(
        m_workspace, *m_registry, m_clock,
        [this](const std::string& peer, std::span<const std::byte> frame) {
            return m_network.sendToRank(peer, frame);
        });
    m_intake = std::make_unique<FrameIntake>(*m_registry, *m_commands, m_counters);
    m_network.hubStarted();
    return true;
}

void SimHub::turn() {
    for (const auto& arrival : m_network.arrivedAtHub())
        m_intake->take(arrival.frame, arrival.peer);
    m_registry->tend();
    for (const auto& request : m_registry->takeReplayRequests()) {
        m_network.sendToRank(request.peer, request.frame);
        ++replays;
    }
    m_commands->tend();
}

void SimHub::endInOrder() {
    m_registry->saveAll();
}

}  // namespace wattline::sim
