// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/process.h"
#include "tests/simulation/random.h"
#include "tests/simulation/sim_disk.h"
#include "tests/simulation/sim_hub.h"
#include "tests/simulation/sim_network.h"
#include "tests/simulation/sim_rank.h"
#include "tests/simulation/statistics.h"

namespace wattline::sim {

inline constexpr const char* kRun = "20261121-104512-51b0";

/// One history: hosts, a file system, a network, a job of several ranks with its attempts, a hub
/// with its lives, a person with commands; and everything that goes wrong, drawn from one seed.
///
///   play()  faults come and go ──▶ heal() everything works again ──▶ end() the run ends ──▶ judge
///
/// Threads: one.
class World {
public:
    World(std::uint64_t seed, std::filesystem::path workspace);

    void play();
    void heal();
    void end();
    /// A new hub, as after a kill: what it knows comes from the files.
    void restartHub();

    [[nodiscard]] const std::vector<std::unique_ptr<SimRank>>& ranks() const { return m_ranks; }
    [[nodiscard]] SimHub& hub() { return *m_hub; }
    [[nodiscard]] SimDisk& disk() { return m_disk; }
    [[nodiscard]] const RunFolder& folder() const { return m_folder; }
    [[nodiscard]] const Clock& hubClock() const { return *m_hub_clock; }
    [[nodiscard]] Statistics& statistics() { return m_statistics; }
    [[nodiscard]] const std::vector<std::string>& commandsIssued() const { return m_issued; }

    // What happened, for the judge.
    std::vector<std::string> broken_on_the_way;  ///< sentences, before the end
    bool crashed_after_end = false;              ///< and may have taken what the hub had put away
    bool disk_refused = false, was_damaged = false, host_crashed = false;

private:
    struct Host {
        std::int64_t up_ns = 0, skew_ns = 0;
        int boots = 1;
        std::int64_t down_until_ns = 0;
    };
    /// How likely each fault is per tick; a seed switches some of them off.
    struct Rates {
        double kill_rank = 0, crash_host = 0, kill_hub = 0, cut = 0, unreliable = 0, full = 0,
               errors = 0, stall = 0, stale = 0, damage = 0, command = 0;
    };

    void judgeBlindHub();
    void layOut();
    void tick();
    void advance(std::int64_t until_ns, bool with_faults);
    void injectFaults();
    void injectProcessFaults();
    void injectNetworkFaults();
    void injectDiskFaults();
    void endFaults();
    void crashHost(int host);
    void damage();
    void issueCommand();

    void startAttempt();
    [[nodiscard]] std::unique_ptr<SimRank> makeRank(std::uint32_t rank, std::uint32_t world_size);
    void train();
    void takeCommands();
    void killAttempt();
    void endAttempt(const std::string& outcome);
    void bury();
    void writeExit(int code);
    [[nodiscard]] std::int64_t survivors(const SimRank& rank) const;

    void startHub();
    void killHub();
    [[nodiscard]] bool diskInTrouble() const;

    std::int64_t m_now_ns = 0;
    Random m_random;
    Statistics m_statistics;
    SimDisk m_disk;
    SimNetwork m_network;
    RunFolder m_folder;
    std::filesystem::path m_workspace;
    RunSpec m_spec;
    std::vector<Host> m_hosts;
    std::unique_ptr<Clock> m_hub_clock;
    std::unique_ptr<SimHub> m_hub;
    std::int64_t m_hub_starts_ns = 0, m_hub_turn_ns = 0;

    // Drawn once.
    Rates m_rates;
    int m_world_size = 1;
    std::int64_t m_step_period_ns = 0, m_turn_period_ns = 0;
    std::size_t m_ring_records = 0;
    std::uint64_t m_part_bytes = 0;
    int m_fsync_period_ms = 1000;

    // The job.
    std::vector<std::unique_ptr<SimRank>> m_ranks;  ///< of all attempts
    std::vector<SimRank*> m_attempt;                ///< of the one that runs
    std::uint32_t m_attempts = 0;
    std::uint64_t m_step = 0;
    bool m_held = false, m_over = false;
    std::int64_t m_next_step_ns = 0, m_next_turn_ns = 0, m_restart_ns = 0, m_abort_ns = 0;
    std::vector<std::string> m_issued;

    std::int64_t m_disk_faults_end_ns = 0, m_network_faults_end_ns = 0,
                 m_trouble_ns = -60 * kSecond;
};

}  // namespace wattline::sim
