// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/outbox.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <utility>

#include "telemetry/core/host.h"

namespace wattline {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kFirstRetryNs = 100'000'000;
constexpr std::int64_t kLastRetryNs = 5'000'000'000;
/// Room for the clock frame that opens a part, so that the frame behind it still fits.
constexpr std::size_t kClockBytes = 512;
/// Fits into a tally even if JSON needs six bytes for each of these.
constexpr std::size_t kMaxTallyText = 512;

/// Places the monotonic clock in the others. The error is half the time that the reading took.
wire::ClockReading readClocks(const Clock& clock, const std::string& boot_id) {
    wire::ClockReading reading;
    reading.boot_id = boot_id;
    const auto before = clock.monotonicNs();
    reading.boottime_ns = clock.boottimeNs();
    reading.realtime_ns = clock.realtimeNs();
    const auto after = clock.monotonicNs();
    reading.mono_ns = before + (after - before) / 2;
    reading.error_ns = (after - before + 1) / 2;
    return reading;
}

}  // namespace

Outbox::Outbox(const wire::Hello& hello, std::unique_ptr<wire::JournalWriter> journal,
               std::unique_ptr<Sink> sink, const Clock& clock, Counters& counters)
    : m_stream{hello.run, hello.attempt, hello.rank, 1},
      m_boot_id(hello.boot_id.empty() ? bootId() : hello.boot_id), m_journal(std::move(journal)),
      m_sink(std::move(sink)), m_clock(clock), m_counters(counters) {}

void Outbox::queue(std::vector<std::byte> frame, std::uint32_t records) {
    const auto bytes = frame.size();
    m_pending.push_back({std::move(frame), records});
    // Only now: a frame that memory refused has used no number.
    m_stream.first_sequence += records;
    m_pending_bytes += bytes;
}

void Outbox::addSteps(std::span<const StepRecord> records) {
    std::vector<std::byte> frame;
    wire::appendSteps(frame, m_stream, records);
    queue(std::move(frame), static_cast<std::uint32_t>(records.size()));
}

void Outbox::addPower(std::span<const PowerRecord> records) {
    std::vector<std::byte> frame;
    wire::appendPower(frame, m_stream, records);
    queue(std::move(frame), static_cast<std::uint32_t>(records.size()));
}

void Outbox::addEvent(const wire::Event& event) {
    std::vector<std::byte> frame;
    wire::appendJson(frame, wire::Kind::Event, m_stream, wire::toJson(event));
    queue(std::move(frame), 1);
}

void Outbox::addHello(const wire::Hello& hello) {
    std::vector<std::byte> frame;
    wire::appendJson(frame, wire::Kind::Hello, m_stream, wire::toJson(hello));
    queue(std::move(frame), 1);
}

std::uint64_t Outbox::pendingRecords() const noexcept {
    return std::accumulate(m_pending.begin(), m_pending.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Pending& p) { return sum + p.records; });
}

Result<void> Outbox::writeClockIfDue(std::size_t bytes_that_follow) {
    if (auto ok = m_journal->makeRoom(bytes_that_follow + kClockBytes); !ok) return ok;
    if (m_journal->takePartStarted()) m_clock_due = true;
    if (!m_clock_due && m_clock.monotonicNs() - m_clock_written_ns < kMinuteNs) return {};

    Pending clock;
    auto unnumbered = m_stream;
    unnumbered.first_sequence = 0;
    wire::appendJson(clock.frame, wire::Kind::Clock, unnumbered,
                     wire::toJson(readClocks(m_clock, m_boot_id)));
    if (auto ok = m_journal->append(clock.frame); !ok) return ok;
    m_clock_due = false;
    m_clock_written_ns = m_clock.monotonicNs();
    send(clock);
    return {};
}

Result<void> Outbox::journalFront() {
    const auto& front = m_pending.front();
    if (auto ok = writeClockIfDue(front.frame.size()); !ok) return ok;
    if (auto ok = m_journal->append(front.frame); !ok) return ok;
    m_counters.journaled += front.records;
    return {};
}

void Outbox::send(const Pending& pending) {
    (m_sink->send(pending.frame) ? m_counters.sent : m_counters.unsent) += pending.records;
}

Result<void> Outbox::flushNow() {
    while (!m_pending.empty()) {
        if (auto ok = journalFront(); !ok) {
            ++m_counters.journal_errors;
            return ok;
        }
        const auto pending = std::move(m_pending.front());
        m_pending.pop_front();
        m_pending_bytes -= pending.frame.size();
        send(pending);
        if (m_outage) noteRecovery();
    }
    return {};
}

void Outbox::flush() {
    if (m_outage && m_clock.monotonicNs() < m_outage->retry_at_ns) return;
    if (const auto ok = flushNow(); !ok) noteFailure(ok.error());
}

void Outbox::noteFailure(const Error& error) {
    const auto now = m_clock.monotonicNs();
    if (!m_outage) {
        std::fprintf(stderr, "wattline: rank %u: %s; training goes on and records wait in memory\n",
                     m_stream.rank, error.message.c_str());
        m_outage = Outage{now, 0, kFirstRetryNs / 2, error.message};
    }
    m_outage->wait_ns = std::min(2 * m_outage->wait_ns, kLastRetryNs);
    m_outage->retry_at_ns = now + m_outage->wait_ns;
}

void Outbox::noteRecovery() {
    const auto now = m_clock.monotonicNs();
    const auto seconds = static_cast<double>(now - m_outage->since_ns) / 1e9;
    m_outage.reset();
    wire::Event event;
    event.mono_ns = now;
    event.kind = "journal";
    event.text = "the journal of rank " + std::to_string(m_stream.rank) +
                 " could not be written for " + std::to_string(seconds) +
                 " s; its records waited in memory";
    addEvent(event);
}

void Outbox::sync() {
    const auto before = m_clock.monotonicNs();
    const auto ok = m_journal->sync();
    const auto took = static_cast<std::uint64_t>(m_clock.monotonicNs() - before);
    ++m_counters.syncs;
    m_counters.sync_ns += took;
    if (took > m_counters.sync_ns_max) m_counters.sync_ns_max = took;
    if (!ok) ++m_counters.journal_errors;
    if (!ok && !m_sync_failed)
        std::fprintf(stderr, "wattline: rank %u: %s; a crash of this host may lose records\n",
                     m_stream.rank, ok.error().message.c_str());
    m_sync_failed = !ok;
}

std::vector<std::byte> Outbox::heartbeatFrame(const wire::Heartbeat& heartbeat) const {
    std::vector<std::byte> frame;
    auto unnumbered = m_stream;
    unnumbered.first_sequence = 0;
    wire::appendJson(frame, wire::Kind::Heartbeat, unnumbered, wire::toJson(heartbeat));
    return frame;
}

void Outbox::sendHeartbeat(const wire::Heartbeat& heartbeat) {
    // Refused: the hub hears of us a second later.
    static_cast<void>(m_sink->send(heartbeatFrame(heartbeat)));
}

void Outbox::saveTally(wire::Heartbeat heartbeat) {
    if (heartbeat.journal_error.size() > kMaxTallyText)
        heartbeat.journal_error.resize(kMaxTallyText);
    const auto ok = m_journal->writeTally(heartbeatFrame(heartbeat));
    if (!ok && !m_tally_failed)
        std::fprintf(stderr, "wattline: rank %u: %s; what is lost may not be counted\n",
                     m_stream.rank, ok.error().message.c_str());
    m_tally_failed = !ok;
}

}  // namespace wattline
