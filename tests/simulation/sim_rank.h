// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/publish/publisher_loop.h"
#include "tests/simulation/process.h"
#include "tests/simulation/sim_disk.h"
#include "tests/simulation/sim_network.h"

namespace wattline::sim {

struct RankPlan {
    wire::Hello hello;
    std::filesystem::path run_folder;
    std::size_t ring_records = 1024;
    std::uint64_t part_bytes = wire::kPartBytes;
    int fsync_period_ms = 1000;
    int host = 0;
};

/// What the training side of one rank knows, against which everything else is judged.
struct RankTruth {
    std::vector<StepRecord> steps;  ///< taken by the ring, in order
    std::vector<PowerRecord> power;
    std::uint64_t pushed = 0;  ///< steps and power, refused ones included
    std::uint64_t dropped = 0;
    std::uint64_t journaled = 0;  ///< records that the journal had accepted when it ended
    std::uint64_t numbered = 0;   ///< records that had a sequence number by then
    std::vector<std::string> commands_taken;
    bool ended_in_order = false;
    bool sent_too_early = false;  ///< a frame that the journal did not have yet
    bool killed = false, host_crashed = false;
    std::int64_t end_ns = 0;                  ///< world time of its end
    std::size_t steps_that_must_survive = 0;  ///< a host's crash: older than the fsync interval
    std::uint64_t durable = 0;  ///< a host's crash: records that were on the disk for certain
};

/// One rank's process: the real publisher, turn by turn, and a training that feeds it.
/// Threads: one.
class SimRank {
public:
    SimRank(RankPlan plan, std::unique_ptr<Clock> clock, SimDisk& disk, SimNetwork& network,
            const std::int64_t& now_ns);

    /// False when the journal could not be begun: the trainer would not start.
    [[nodiscard]] bool start();
    void step(std::uint64_t number);
    void power(double watts);
    void say(const std::string& kind, const std::string& text = "");
    /// Answers a command as the trainer does.
    [[nodiscard]] std::optional<wire::Command> takeCommand();
    /// One turn of the publisher thread, unless a call that it made still stalls.
    void turn();
    void endInOrder(const std::string& outcome);

    [[nodiscard]] bool alive() const noexcept { return m_loop != nullptr && !process.dead; }
    [[nodiscard]] const RankPlan& plan() const noexcept { return m_plan; }
    [[nodiscard]] const Clock& clock() const noexcept { return *m_clock; }
    /// After process.die(): what the kernel does with what is left.
    void bury();
    [[nodiscard]] std::uint64_t journaled() const { return m_queues->counters.journaled; }

    Process process;
    RankTruth truth;

private:
    void note();

    RankPlan m_plan;
    std::unique_ptr<Clock> m_clock;
    SimNetwork& m_network;
    const std::int64_t& m_now_ns;
    std::unique_ptr<Files> m_files;
    std::unique_ptr<PublisherQueues> m_queues;
    std::unique_ptr<PublisherLoop> m_loop;
    Outbox* m_outbox = nullptr;  ///< the loop's
};

}  // namespace wattline::sim
