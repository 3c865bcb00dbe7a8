// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/core/clock.h"
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
    int fsync_period_ms = 1000;   ///< what a host's crash may cost
    bool takes_commands = false;  ///< rank 0: look into control/ and listen to the hub
};

struct PublisherStats {
    std::uint64_t recorded = 0, dropped = 0, journaled = 0, sent = 0, unsent = 0;
    std::uint64_t journal_errors = 0;
    double record_ns_mean = 0.0;  ///< own cost of record() on the training thread
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

    /// Drains everything, writes the `ended` event, syncs and stops the thread. Outcome: finished,
    /// stopped or failed.
    [[nodiscard]] Result<void> close(const std::string& outcome);
    [[nodiscard]] PublisherStats stats() const noexcept;

private:
    struct Impl;
    explicit Publisher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace wattline
