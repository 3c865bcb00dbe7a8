// SPDX-License-Identifier: Apache-2.0
// What goes wrong, and when.
#include <algorithm>
#include <array>

#include "telemetry/wire/journal_name.h"
#include "tests/simulation/world.h"

namespace wattline::sim {

void World::injectFaults() {
    endFaults();
    injectProcessFaults();
    injectNetworkFaults();
    injectDiskFaults();
    if (m_random.chance(m_rates.command)) issueCommand();
    if (m_random.chance(m_rates.damage)) damage();
}

void World::injectProcessFaults() {
    if (m_random.chance(m_rates.kill_rank) && !m_attempt.empty()) {
        auto& victim = *m_attempt[m_random.below(m_attempt.size())];
        if (victim.alive() && victim.process.calls_left < 0) {
            victim.process.calls_left = m_random.between(0, 30);
            victim.truth.killed = true;
            m_statistics.add(Happened::RankKilled);
        }
    }
    if (m_random.chance(m_rates.crash_host))
        crashHost(static_cast<int>(m_random.below(m_hosts.size())));
    if (m_random.chance(m_rates.kill_hub) && m_hub) {
        if (m_random.chance(0.5))
            m_hub->process.calls_left = m_random.between(0, 40);
        else
            killHub();
    }
}

void World::injectNetworkFaults() {
    if (m_random.chance(m_rates.cut)) {
        const auto host = m_random.between(-1, static_cast<std::int64_t>(m_hosts.size()) - 1);
        m_network.cut(static_cast<int>(host), m_now_ns + m_random.between(200, 8'000) * kMilli);
    }
    if (m_random.chance(m_rates.unreliable)) {
        m_network.faults.loss = m_random.chance(0.5) ? 0.2 : 0.0;
        m_network.faults.duplicates = m_random.chance(0.5) ? 0.3 : 0.0;
        m_network.faults.delay_ns = m_random.chance(0.7) ? m_random.between(10, 900) * kMilli : 0;
        m_network_faults_end_ns = m_now_ns + m_random.between(500, 6'000) * kMilli;
    }
}

void World::injectDiskFaults() {
    auto& faults = m_disk.faults;
    const auto lasts = [this](std::int64_t low_ms, std::int64_t high_ms) {
        m_disk_faults_end_ns =
            std::max(m_disk_faults_end_ns, m_now_ns + m_random.between(low_ms, high_ms) * kMilli);
    };
    if (m_random.chance(m_rates.full) && !faults.full) {
        faults.full = disk_refused = true;
        m_statistics.add(Happened::DiskFull);
        lasts(500, 8'000);
    }
    if (m_random.chance(m_rates.errors)) {
        disk_refused = true;  // refuses as well
        faults.errors = m_random.chance(0.3) ? 0.6 : 0.1;
        faults.short_writes = 0.3;
        lasts(300, 4'000);
    }
    if (m_random.chance(m_rates.stall)) {
        faults.stalled_until_ns = m_now_ns + m_random.between(500, 10'000) * kMilli;
        m_statistics.add(Happened::FileSystemStalled);
    }
    if (m_random.chance(m_rates.stale) && m_hosts.size() > 1) {
        faults.stale_ns = m_random.between(200, 6'000) * kMilli;
        lasts(1'000, 8'000);
    }
}

void World::endFaults() {
    auto& faults = m_disk.faults;
    if (m_now_ns >= m_disk_faults_end_ns) {
        if (faults.full) m_statistics.add(Happened::DiskFreed);
        faults.full = false;
        faults.errors = faults.short_writes = 0.0;
        faults.stale_ns = 0;
    }
    if (m_now_ns >= m_network_faults_end_ns) m_network.faults = {};
}

void World::issueCommand() {
    if (!m_hub) return;
    constexpr std::array kinds{CommandKind::Hold, CommandKind::Resume, CommandKind::Resume,
                               CommandKind::Checkpoint, CommandKind::Evaluate};
    auto kind = kinds.at(m_random.below(kinds.size()));
    if (m_random.chance(0.03)) kind = CommandKind::Stop;
    const auto id = "command-" + std::to_string(m_issued.size());
    if (!m_hub->commands().issue(kRun, kind, id)) return;
    m_statistics.add(Happened::CommandIssued);
    m_issued.push_back(id);
    // A client that heard no answer asks again.
    if (m_random.chance(0.3)) static_cast<void>(m_hub->commands().issue(kRun, kind, id));
}

/// One flipped bit somewhere in a journal, as bad memory or a bad disk leaves it.
void World::damage() {
    if (m_ranks.empty()) return;
    const auto& hello = m_ranks[m_random.below(m_ranks.size())]->plan().hello;
    const auto path =
        (m_folder.journal() / wire::format(wire::JournalName{hello.attempt, hello.rank, 0}))
            .string();
    const auto* bytes = m_disk.contents(path);
    if (bytes == nullptr || bytes->empty()) return;
    m_disk.flipBit(path, m_random.below(bytes->size()));
    was_damaged = true;
    m_statistics.add(Happened::JournalDamaged);
}

}  // namespace wattline::sim
