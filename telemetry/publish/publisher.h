// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/core/clock.h"
#include "telemetry/core/files.h"
#include "telemetry/core/records.h"
#include "telemetry/core/result.h"
#include "telemetry/publish/sink.h"
#include "telemetry/wire/messages.h"

namespace wattline {

struct PublisherOptions {
    std::filesystem::path run_folder;
    wire::Hello hello;                   ///< names run, attempt and rank; becomes the first record
    std::size_t ring_records = 1 << 16;  ///< steps; ten minutes at 100 steps/s
    int drain_period_ms = 20;
    int fsync_period_ms = 1000;     ///< what a host's crash may cost
    bool takes_commands = false;    ///< rank 0: look into control/ and listen to the hub
    Files* files = &systemFiles();  ///< of the run folder; outlives the publisher
};

/// In records, of all kinds from `dropped` on; a record is in the journal when it is in
/// `journaled`.
struct PublisherStats {
    std::uint64_t recorded = 0;  ///< steps and power taken into a ring
    std::uint64_t dropped = 0;   ///< refused by a full ring
    std::uint64_t journaled = 0;
    std::uint64_t sent = 0, unsent = 0;  ///< taken or refused by the sink
    std::uint64_t journal_errors = 0;
    std::uint64_t syncs = 0;  ///< of the journal; the longest took sync_ns_max
    std::uint64_t sync_ns_max = 0;
    /// Own cost of record() on the training thread, NaN before the first.
    double record_ns_mean = std::numeric_limits<double>::quiet_NaN();
};

/// One rank's telemetry: ring -> thread -> journal, then socket.
///
/// The training thread calls record(), one other thread (the sampler) recordPower(); both are
/// wait-free, allocate nothing and never block: a full ring drops the newest and counts it. A
/// publisher thread drains the rings every 20 ms, numbers the records, appends them to the journal
/// and then sends the same bytes to the sink. A slow journal or an absent hub costs training
/// nothing.
class Publisher {
public:
    /// Journals the hello. Refuses a stream that has a journal already and a folder that cannot be
    /// written, each with a sentence. `clock` outlives the publisher.
    [[nodiscard]] static Result<std::unique_ptr<Publisher>>
    open(PublisherOptions options, std::unique_ptr<Sink> sink, const Clock& clock);
    ~Publisher();  ///< as close("failed") when close() was not called
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    /// Threads: training thread only.
    void record(const StepRecord& record) noexcept;
    /// Threads: one sampler thread only.
    void recordPower(const PowerRecord& record) noexcept;
    /// Rare. Threads: any. mono_ns is filled in when it is 0.
    void event(wire::Event event);
    /// The next command for this rank, once each, in order of arrival. Threads: training thread.
    /// One atomic load when there is none.
    [[nodiscard]] std::optional<wire::Command> takeCommand();
    /// Shown in heartbeats. Threads: any.
    void setState(RunState state) noexcept;
    /// CPU time that sampling power has cost so far, in seconds; in heartbeats and in `ended`.
    /// Threads: any.
    void setSamplerCpu(double seconds) noexcept;

    /// Drains everything, writes the `ended` event, syncs and stops the thread. Outcome: finished,
    /// stopped or failed. While the journal refuses it tries for five seconds. What is recorded
    /// afterwards goes nowhere. Threads: training thread.
    [[nodiscard]] Result<void> close(const std::string& outcome);
    [[nodiscard]] PublisherStats stats() const noexcept;

private:
    struct Impl;
    explicit Publisher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
