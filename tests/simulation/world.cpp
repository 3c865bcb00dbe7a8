// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "telemetry/wire/messages.h"

namespace wattline::sim {
namespace {

constexpr std::int64_t kTick = 10 * kMilli;
/// The journal is tried again at the latest so long after it refused.
constexpr std::int64_t kLongestRetry = 5 * kSecond;

}  // namespace

World::World(std::uint64_t seed, std::filesystem::path workspace)
    : m_random(seed * 0x9e3779b97f4a7c15ULL + 1), m_disk(m_random, m_now_ns, m_statistics),
      m_network(m_random, m_now_ns, m_statistics), m_folder{workspace / "runs" / kRun},
      m_workspace(std::move(workspace)) {
    layOut();
    startHub();
}

void World::layOut() {
    m_world_size = static_cast<int>(m_random.between(1, 4));
    const auto hosts = m_random.chance(0.3) ? 1 : 1 + m_random.between(1, 3);
    for (int host = 0; host < hosts; ++host)
        m_hosts.push_back({m_random.between(1, 500'000) * kSecond,
                           m_random.between(-2'000, 2'000) * kMilli, 1, 0});
    m_hub_clock = std::make_unique<HostClock>(m_now_ns, m_hosts[0].up_ns, m_hosts[0].skew_ns);
    m_step_period_ns = m_random.between(20, 200) * kMilli;
    m_turn_period_ns = m_random.between(1, 3) * 2 * kTick;
    m_ring_records = std::size_t{1} << static_cast<unsigned>(m_random.between(4, 9));
    m_part_bytes = static_cast<std::uint64_t>(m_random.between(4, 64)) << 10U;
    m_fsync_period_ms = static_cast<int>(m_random.between(1, 5) * 200);

    const auto rate = [this](double each_tick) {
        return m_random.chance(0.6) ? each_tick : 0.0;  // some histories know nothing of a fault
    };
    m_rates = {
        rate(0.0010), rate(0.0005), rate(0.0012), rate(0.0020), rate(0.0020),
        rate(0.0010), rate(0.0012), rate(0.0012), rate(0.0020), m_random.chance(0.15) ? 0.001 : 0.0,
        rate(0.0040)};

    m_disk.faults.blind = m_hosts.size() > 1 && m_random.chance(0.4);
    m_spec.id = kRun;
    m_spec.ranks = m_world_size;
    m_spec.lbs = 32;
    m_spec.gbs = 32 * m_world_size;
    m_spec.steps = 1'000'000;
    m_spec.created_unix_ns = kEpochNs;
    for (const auto& path : {m_workspace, m_workspace / "runs", m_folder.path})
        m_disk.makeDurable(path.string(), "/");
    m_disk.makeDurable(m_folder.spec().string(), wire::toJson(m_spec));
}

bool World::diskInTrouble() const {
    return m_disk.faults.full || m_disk.faults.errors > 0.0 ||
           m_now_ns < m_disk.faults.stalled_until_ns;
}

void World::play() {
    advance(m_random.between(15, 35) * kSecond, true);
}

void World::heal() {
    const bool blind = m_disk.faults.blind;
    m_disk.faults = {};
    m_disk.faults.blind = blind;
    m_network.healAll();
    m_rates = {};
    // Longer than a stalled call, the longest retry, and the hub's next look at everything.
    advance(m_now_ns + 2 * kLongestRetry + 4 * kSecond, false);
    if (!m_hub) startHub();
    if (blind) judgeBlindHub();
    m_disk.faults.blind = false;
}

/// A hub that sees no journal gets what it missed from the ranks that live.
void World::judgeBlindHub() {
    if (m_attempts != 1 || m_attempt.empty() || was_damaged) return;
    std::uint64_t journaled = 0;
    for (const auto* rank : m_attempt)
        journaled += rank->journaled();
    // A gap has a second to close by itself, and is asked for every three seconds.
    advance(m_now_ns + 6 * kSecond, false);
    const auto* summary = m_hub->registry().find(kRun);
    const auto stored =
        summary == nullptr ? 0 : static_cast<std::uint64_t>(summary->records_stored);
    m_statistics.add(Happened::BlindHub);
    if (stored < journaled)
        broken_on_the_way.push_back("P2, a hub that does not see the journals has " +
                                    std::to_string(stored) + " records, the ranks had " +
                                    std::to_string(journaled) + " six seconds ago");
}

void World::end() {
    if (!m_over && !m_attempt.empty()) {
        if (m_random.chance(0.7))
            endAttempt(m_random.chance(0.5) ? "finished" : "stopped");
        else
            killAttempt();
    }
    const bool in_order = std::ranges::all_of(
        m_attempt, [](const SimRank* rank) { return rank->truth.ended_in_order; });
    if (!m_over) writeExit(in_order && !m_attempt.empty() ? 0 : 137);
    m_over = true;
    bury();
    advance(m_now_ns + 6 * kSecond, false);
    // The hub waits a while for what it knows of and no journal shows.
    m_now_ns += wire::kStaleNs;
    advance(m_now_ns + 4 * kSecond, false);
}

void World::advance(std::int64_t until_ns, bool with_faults) {
    while (m_now_ns < until_ns) {
        if (with_faults) injectFaults();
        tick();
        m_now_ns += kTick;
    }
}

void World::tick() {
    if (diskInTrouble()) m_trouble_ns = m_now_ns;
    if (!m_over && m_attempt.empty() && m_now_ns >= m_restart_ns) startAttempt();
    train();
    if (m_now_ns >= m_next_turn_ns) {
        m_next_turn_ns = m_now_ns + m_turn_period_ns;
        for (auto* rank : m_attempt)
            rank->turn();
    }
    takeCommands();
    bury();
    if (!m_hub && m_now_ns >= m_hub_starts_ns && m_now_ns >= m_hosts[0].down_until_ns) startHub();
    if (m_hub && m_now_ns >= m_hub_turn_ns && m_now_ns >= m_hub->process.blocked_until_ns) {
        m_hub_turn_ns = m_now_ns + 2 * kTick;
        m_hub->turn();
        m_statistics.add(Happened::Replay, std::exchange(m_hub->replays, 0));
        if (m_hub->process.dead) killHub();
    }
}

void World::startHub() {
    if (m_now_ns < m_hosts[0].down_until_ns) return;
    m_hub_clock = std::make_unique<HostClock>(m_now_ns, m_hosts[0].up_ns, m_hosts[0].skew_ns);
    m_hub = std::make_unique<SimHub>(m_workspace, 0, *m_hub_clock, m_disk, m_network);
    m_statistics.add(Happened::HubStarted);
    if (!m_hub->start()) killHub();
}

void World::killHub() {
    if (!m_hub) return;
    m_hub->process.die();
    if (m_hub->started())
        m_statistics.add(Happened::RecordsHealed,
                         static_cast<std::uint64_t>(m_hub->registry().healedRecords()));
    m_network.hubStopped();
    m_hub.reset();
    m_hub_starts_ns = m_now_ns + m_random.between(100, 5'000) * kMilli;
    m_statistics.add(Happened::HubKilled);
}

void World::restartHub() {
    if (m_hub) {
        m_hub->endInOrder();
        m_network.hubStopped();
        m_hub.reset();
    }
    startHub();
    advance(m_now_ns + 4 * kSecond, false);
}

void World::writeExit(int code) {
    m_disk.makeDurable(m_folder.exitRecord().string(),
                       "{\"exit_code\": " + std::to_string(code) + "}");
}

}  // namespace wattline::sim
