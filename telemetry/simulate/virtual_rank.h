// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "telemetry/publish/publisher_loop.h"

namespace wattline::simulate {

/// A rank without a training: the publisher's queues, journal and sink, worked by somebody else's
/// thread instead of one of its own. Threads: open() any; the training side and the publishing side
/// are one thread each (they may be the same).
class VirtualRank {
public:
    /// Journals the hello, as Publisher::open() does. `clock` outlives the rank.
    [[nodiscard]] static Result<std::unique_ptr<VirtualRank>>
    open(PublisherOptions options, std::unique_ptr<Sink> sink, const Clock& clock);

    // The training side.
    [[nodiscard]] PublisherQueues& queues() noexcept { return m_queues; }
    /// As SIGKILL would: the publishing side lets everything drop, and nothing says goodbye.
    void kill() noexcept { m_killed.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool killed() const noexcept { return m_killed.load(std::memory_order_relaxed); }

    // The publishing side.
    void turn() noexcept;
    /// Writes the `ended` record. Nothing for a rank that was killed.
    [[nodiscard]] Result<void> finish(const std::string& outcome);

private:
    VirtualRank(PublisherOptions options, const Clock& clock)
        : m_options(std::move(options)), m_queues(m_options.ring_records, clock) {}

    PublisherOptions m_options;
    PublisherQueues m_queues;
    std::unique_ptr<PublisherLoop> m_loop;  ///< null once killed
    std::atomic<bool> m_killed{false};
};

}  // namespace wattline::simulate
