// SPDX-License-Identifier: Apache-2.0
// The job: attempts, steps, commands, and how its ranks end.
#include <algorithm>
#include <utility>

#include "tests/simulation/judge.h"
#include "tests/simulation/world.h"

namespace wattline::sim {

std::unique_ptr<SimRank> World::makeRank(std::uint32_t rank, std::uint32_t world_size) {
    RankPlan plan;
    const auto nodes = m_hosts.size() > 1 ? m_hosts.size() - 1 : 1;
    plan.host = m_hosts.size() > 1 ? 1 + static_cast<int>(rank % nodes) : 0;
    const auto& host = m_hosts[static_cast<std::size_t>(plan.host)];
    plan.run_folder = m_folder.path;
    plan.ring_records = m_ring_records;
    plan.part_bytes = m_part_bytes;
    plan.fsync_period_ms = m_fsync_period_ms;
    auto& hello = plan.hello;
    hello.run = m_spec.id;
    hello.attempt = m_attempts;
    hello.rank = rank;
    hello.world_size = world_size;
    hello.host = "n" + std::to_string(plan.host);
    hello.boot_id = "boot-" + std::to_string(plan.host) + "-" + std::to_string(host.boots);
    hello.pid = 1000 + rank;
    hello.version = "simulated";
    auto clock = std::make_unique<HostClock>(m_now_ns, host.up_ns, host.skew_ns);
    hello.started_mono_ns = clock->monotonicNs();
    hello.started_unix_ns = clock->realtimeNs();
    hello.steps_planned = 1'000'000;
    if (rank < nodes) {
        PowerDevice device;
        device.id = "GPU-" + std::to_string(plan.host);
        device.label = device.sensor = "simulated";
        device.kind = "gpu";
        device.scope = "board";
        device.method = EnergyMethod::Integrated;
        device.host = hello.host;
        device.boot_id = hello.boot_id;
        hello.devices = {device};
    }
    return std::make_unique<SimRank>(std::move(plan), std::move(clock), m_disk, m_network,
                                     m_now_ns);
}

void World::startAttempt() {
    for (const auto& host : m_hosts)
        if (m_now_ns < host.down_until_ns) return;
    ++m_attempts;
    m_statistics.add(Happened::AttemptStarted);
    // Steps since the last checkpoint are done again, with other ranks at times.
    m_step -= std::min<std::uint64_t>(m_step, m_random.below(20));
    if (m_random.chance(0.2)) m_world_size = static_cast<int>(m_random.between(1, 4));
    m_held = false;
    m_abort_ns = 0;
    bool started = true;
    for (int rank = 0; rank < m_world_size; ++rank) {
        m_ranks.push_back(
            makeRank(static_cast<std::uint32_t>(rank), static_cast<std::uint32_t>(m_world_size)));
        m_attempt.push_back(m_ranks.back().get());
        started = started && m_ranks.back()->start();
    }
    m_next_step_ns = m_now_ns + 100 * kMilli;
    if (!started) killAttempt();
}

void World::train() {
    if (m_attempt.empty() || m_held || m_abort_ns != 0 || m_now_ns < m_next_step_ns) return;
    m_next_step_ns = m_now_ns + m_step_period_ns;
    ++m_step;
    for (auto* rank : m_attempt) {
        if (!rank->alive()) continue;
        rank->step(m_step);
        if (!rank->plan().hello.devices.empty())
            rank->power(100.0 + static_cast<double>(m_step % 7));
    }
}

void World::takeCommands() {
    if (m_attempt.empty() || !m_attempt.front()->alive()) return;
    auto& zero = *m_attempt.front();
    while (const auto command = zero.takeCommand()) {
        m_statistics.add(Happened::CommandTaken);
        if (command->kind == CommandKind::Hold && !std::exchange(m_held, true)) zero.say("held");
        if (command->kind == CommandKind::Resume && std::exchange(m_held, false))
            zero.say("resumed");
        if (command->kind == CommandKind::Stop) {
            endAttempt("stopped");
            const bool in_order = std::ranges::all_of(
                m_attempt, [](const SimRank* rank) { return rank->truth.ended_in_order; });
            m_over = true;
            writeExit(in_order ? 0 : 1);
            return;
        }
    }
}

void World::endAttempt(const std::string& outcome) {
    for (auto* rank : m_attempt) {
        if (rank->alive()) m_statistics.add(Happened::RankEnded);
        rank->endInOrder(outcome);
    }
    for (auto* rank : m_attempt)
        rank->process.die();  // a rank that could not end in order is killed
}

void World::killAttempt() {
    for (auto* rank : m_attempt) {
        if (!rank->process.dead) rank->truth.killed = true;
        rank->process.die();
    }
}

/// mpirun: a rank that dies takes the others with it, a little later.
void World::bury() {
    bool any_dead = false;
    bool any_alive = false;
    for (auto* rank : m_attempt) {
        if (rank->process.dead) rank->bury();
        any_dead = any_dead || rank->process.dead;
        any_alive = any_alive || !rank->process.dead;
    }
    if (any_dead && any_alive && m_abort_ns == 0)
        m_abort_ns = m_now_ns + m_random.between(0, 1'500) * kMilli;
    if (any_dead && any_alive && m_now_ns >= m_abort_ns) {
        killAttempt();
        any_alive = false;
        for (auto* rank : m_attempt)
            rank->bury();
    }
    if (any_alive || m_attempt.empty()) return;
    m_attempt.clear();
    m_restart_ns = m_now_ns + m_random.between(500, 4'000) * kMilli;
}

/// How many of a rank's steps are older than the promise lets a crash of its host take.
std::int64_t World::survivors(const SimRank& rank) const {
    const auto interval = m_fsync_period_ms * kMilli;
    const auto until = rank.process.dead ? rank.truth.end_ns : m_now_ns;
    if (until - m_trouble_ns < interval + 7 * kSecond) return 0;  // the promise is suspended
    if (rank.truth.ended_in_order) return static_cast<std::int64_t>(rank.truth.steps.size());
    const auto horizon = rank.clock().monotonicNs() - (m_now_ns - until) - interval -
                         2 * m_turn_period_ns - 20 * kMilli;
    return std::ranges::count_if(
        rank.truth.steps, [horizon](const StepRecord& step) { return step.end_ns <= horizon; });
}

void World::crashHost(int host) {
    m_statistics.add(Happened::HostCrashed);
    host_crashed = true;
    crashed_after_end = crashed_after_end || m_over;
    for (auto& rank : m_ranks) {
        if (rank->plan().host != host || rank->truth.host_crashed) continue;
        rank->truth.durable = readDurable(m_disk, m_folder, *rank).records;
        rank->truth.steps_that_must_survive = static_cast<std::size_t>(survivors(*rank));
        rank->truth.host_crashed = true;
        rank->process.die();
    }
    if (host == 0) killHub();
    m_disk.crashHost(host);
    auto& crashed = m_hosts[static_cast<std::size_t>(host)];
    crashed.down_until_ns = m_now_ns + m_random.between(500, 3'000) * kMilli;
    ++crashed.boots;
    crashed.up_ns = 10 * kSecond - m_now_ns;  // CLOCK_MONOTONIC starts again
    bury();
}

}  // namespace wattline::sim
