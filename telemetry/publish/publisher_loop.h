// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/run_state.h"
#include "telemetry/publish/command_inbox.h"
#include "telemetry/publish/control_folder.h"
#include "telemetry/publish/event_queue.h"
#include "telemetry/publish/outbox.h"
#include "telemetry/publish/publisher.h"
#include "telemetry/publish/record_queue.h"
#include "telemetry/publish/replayer.h"

namespace wattline {

/// What the training thread, the sampler and the publisher thread share. Each part says which
/// threads may do what.
struct PublisherQueues {
    PublisherQueues(std::size_t ring_records, const Clock& clock)
        : steps(ring_records, clock), power(ring_records, clock) {}

    RecordQueue<StepRecord> steps;
    RecordQueue<PowerRecord> power;
    EventQueue events;
    CommandInbox commands;
    std::atomic<RunState> state{RunState::Starting};
    std::atomic<double> sampler_cpu_s{std::numeric_limits<double>::quiet_NaN()};  ///< NaN: none
    Outbox::Counters counters;

    [[nodiscard]] std::uint64_t dropped() const {
        return steps.dropped() + power.dropped() + events.dropped();
    }
};

/// True once a period; the first time at once.
class Periodic {
public:
    explicit Periodic(std::int64_t period_ns) noexcept : m_period_ns(period_ns) {}
    [[nodiscard]] bool due(std::int64_t now_ns) noexcept {
        if (m_started && now_ns - m_last_ns < m_period_ns) return false;
        m_started = true;
        m_last_ns = now_ns;
        return true;
    }

private:
    std::int64_t m_period_ns;
    std::int64_t m_last_ns = 0;
    bool m_started = false;
};

/// The work of the publisher thread, one turn at a time. Threads: one owner.
class PublisherLoop {
public:
    PublisherLoop(const PublisherOptions& options, PublisherQueues& queues,
                  std::unique_ptr<Outbox> outbox, const Clock& clock);

    /// Drains, journals, sends, beats, syncs and looks for commands, each when it is due.
    void turn();
    /// Drains everything, writes the `ended` event and syncs. While the journal refuses it tries
    /// for `patience_ms` of real time, then gives up with a sentence that counts what is lost.
    [[nodiscard]] Result<void> finish(const std::string& outcome, int patience_ms);

private:
    /// True when something was taken out of the queues.
    bool drain();
    template <typename T, typename Add>
    bool drainRing(RecordQueue<T>& queue, std::vector<T>& batch, Add add);
    void tend();
    [[nodiscard]] wire::Heartbeat heartbeat() const;
    [[nodiscard]] std::optional<double> samplerCpu() const;
    void saveTally(std::string journal_error);
    void receiveFrames();
    void handleFrame(std::span<const std::byte> bytes);
    void pollControlFolder();
    void refuseCommand(const std::string& id, const std::string& reason);
    [[nodiscard]] Result<void> flushUntil(std::int64_t deadline_ns);

    wire::Hello m_hello;  ///< names the stream
    bool m_takes_commands;
    PublisherQueues& m_queues;
    std::unique_ptr<Outbox> m_outbox;
    const Clock& m_clock;
    ControlFolder m_control;
    Replayer m_replayer;
    std::vector<StepRecord> m_step_batch;
    std::vector<PowerRecord> m_power_batch;
    std::int64_t m_step = 0;
    Periodic m_heartbeat, m_fsync, m_control_poll, m_tally;
};

}  // namespace wattline
