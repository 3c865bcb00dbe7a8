// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/records.h"
#include "telemetry/publish/sink.h"
#include "telemetry/wire/frame.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {

/// Numbers a rank's records, keeps their frames until the journal has them, then sends the same
/// bytes to the sink. While the journal refuses (a full disk), frames wait here in a bounded
/// backlog and the journal is tried again ever more rarely. Threads: one owner; counters() any.
class Outbox {
public:
    struct Counters {  ///< in records; raised by the owner, read by any
        std::atomic<std::uint64_t> journaled{0}, sent{0}, unsent{0}, journal_errors{0};
        std::atomic<std::uint64_t> syncs{0}, sync_ns{0}, sync_ns_max{0};  ///< of the journal
    };

    Outbox(const wire::Hello& hello, std::unique_ptr<wire::JournalWriter> journal,
           std::unique_ptr<Sink> sink, const Clock& clock, Counters& counters);

    /// Each queues one frame, from what the next free sequence number is.
    void addSteps(std::span<const StepRecord> records);
    void addPower(std::span<const PowerRecord> records);
    void addEvent(const wire::Event& event);
    void addHello(const wire::Hello& hello);
    /// True while the backlog is at its limit: leave further records where they are.
    [[nodiscard]] bool full() const noexcept { return m_pending_bytes >= kBacklogBytes; }

    /// Journal first, then sink, in order. During an outage does nothing until the next try is due.
    void flush();
    /// As flush(), but tries at once; the error is the journal's.
    [[nodiscard]] Result<void> flushNow();
    /// Makes the journal survive the host's crash.
    void sync();
    /// Straight to the sink: a heartbeat is worth nothing later.
    void sendHeartbeat(const wire::Heartbeat& heartbeat);
    /// Why the journal refuses; empty while it does not.
    [[nodiscard]] std::string trouble() const { return m_outage ? m_outage->reason : ""; }
    /// Leaves word beside the journal of how many records there are, for when it never mends.
    void saveTally(wire::Heartbeat heartbeat);

    [[nodiscard]] std::uint64_t lastSequence() const noexcept {
        return m_stream.first_sequence - 1;
    }
    [[nodiscard]] std::uint64_t pendingRecords() const noexcept;
    [[nodiscard]] Sink& sink() noexcept { return *m_sink; }

private:
    struct Pending {
        std::vector<std::byte> frame;
        std::uint32_t records = 0;
    };
    /// The journal refuses since, and why.
    struct Outage {
        std::int64_t since_ns = 0, retry_at_ns = 0, wait_ns = 0;
        std::string reason{};
    };

    static constexpr std::size_t kBacklogBytes = std::size_t{64} << 20;

    void queue(std::vector<std::byte> frame, std::uint32_t records);
    [[nodiscard]] Result<void> journalFront();
    [[nodiscard]] std::vector<std::byte> heartbeatFrame(const wire::Heartbeat& heartbeat) const;
    [[nodiscard]] Result<void> writeClockIfDue(std::size_t bytes_that_follow);
    void send(const Pending& pending);
    void noteFailure(const Error& error);
    void noteRecovery();

    wire::Envelope m_stream;  ///< first_sequence: the next free one
    std::string m_boot_id;    ///< as the hello says
    std::unique_ptr<wire::JournalWriter> m_journal;
    std::unique_ptr<Sink> m_sink;
    const Clock& m_clock;
    Counters& m_counters;
    std::deque<Pending> m_pending;
    std::size_t m_pending_bytes = 0;
    std::optional<Outage> m_outage;
    bool m_clock_due = true;
    std::int64_t m_clock_written_ns = 0;
    bool m_sync_failed = false, m_tally_failed = false;
};

}  // namespace wattline
