// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/publisher_loop.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include "telemetry/core/workspace.h"

namespace wattline {
namespace {

constexpr std::size_t kBatchRecords = 4096;
constexpr std::int64_t kMilliNs = 1'000'000;
constexpr int kMaxFramesATurn = 100;

/// Attempt 1 has no predecessor: a command may have been given while it was still starting.
std::int64_t ignoreCommandsBefore(const wire::Hello& hello) {
    return hello.attempt > 1 ? hello.started_unix_ns : 0;
}

}  // namespace

PublisherLoop::PublisherLoop(const PublisherOptions& options, PublisherQueues& queues,
                             std::unique_ptr<Outbox> outbox, const Clock& clock)
    : m_hello(options.hello), m_takes_commands(options.takes_commands), m_queues(queues),
      m_outbox(std::move(outbox)), m_clock(clock),
      m_control(RunFolder{options.run_folder}.control(), ignoreCommandsBefore(options.hello),
                *options.files),
      m_replayer(RunFolder{options.run_folder}.journal(), options.hello.attempt, options.hello.rank,
                 *options.files),
      m_step_batch(std::min(options.ring_records, kBatchRecords)),
      m_power_batch(m_step_batch.size()), m_heartbeat(1000 * kMilliNs),
      m_fsync(options.fsync_period_ms * kMilliNs), m_control_poll(200 * kMilliNs),
      m_tally(1000 * kMilliNs) {}

template <typename T, typename Add>
bool PublisherLoop::drainRing(RecordQueue<T>& queue, std::vector<T>& batch, Add add) {
    bool any = false;
    while (!m_outbox->full()) {
        const auto count = queue.ring().peek(batch);
        if (count == 0) break;
        add(std::span<const T>(batch).first(count));
        queue.ring().drop(count);  // only now: what could not be queued stays in the ring
        any = true;
    }
    return any;
}

bool PublisherLoop::drain() {
    // Events first: every step recorded before an event is then in the ring and gets its number
    // before the event does.
    if (m_outbox->full()) return false;
    const auto events = m_queues.events.takeAll();
    const bool steps = drainRing(m_queues.steps, m_step_batch, [this](auto records) {
        m_outbox->addSteps(records);
        m_step = static_cast<std::int64_t>(records.back().step);
    });
    const bool power = drainRing(m_queues.power, m_power_batch,
                                 [this](auto records) { m_outbox->addPower(records); });
    for (const auto& event : events)
        m_outbox->addEvent(event);
    return steps || power || !events.empty();
}

void PublisherLoop::turn() {
    drain();
    m_outbox->flush();
    const auto now = m_clock.monotonicNs();
    if (auto trouble = m_outbox->trouble(); !trouble.empty() && m_tally.due(now))
        saveTally(std::move(trouble));
    if (m_fsync.due(now)) m_outbox->sync();
    if (m_heartbeat.due(now)) tend();
    receiveFrames();
    m_replayer.turn(m_outbox->sink());
    if (m_takes_commands && m_control_poll.due(now)) pollControlFolder();
}

wire::Heartbeat PublisherLoop::heartbeat() const {
    wire::Heartbeat beat;
    beat.mono_ns = m_clock.monotonicNs();
    beat.last_sequence = m_outbox->lastSequence();
    beat.dropped = m_queues.dropped();
    beat.step = m_step;
    beat.state = name(m_queues.state.load(std::memory_order_relaxed));
    const auto& counters = m_queues.counters;
    if (const std::uint64_t syncs = counters.syncs; syncs > 0) {
        beat.syncs = static_cast<std::int64_t>(syncs);
        beat.sync_ns_mean = static_cast<double>(counters.sync_ns) / static_cast<double>(syncs);
        beat.sync_ns_max = static_cast<double>(counters.sync_ns_max);
    }
    beat.sampler_cpu_s = samplerCpu();
    return beat;
}

std::optional<double> PublisherLoop::samplerCpu() const {
    const double seconds = m_queues.sampler_cpu_s.load(std::memory_order_relaxed);
    return std::isfinite(seconds) ? std::optional(seconds) : std::nullopt;
}

void PublisherLoop::tend() {
    m_outbox->sink().tend();
    auto beat = heartbeat();
    beat.journal_error = m_outbox->trouble();
    m_outbox->sendHeartbeat(beat);
}

void PublisherLoop::saveTally(std::string journal_error) {
    auto tally = heartbeat();
    tally.journal_error = std::move(journal_error);
    m_outbox->saveTally(std::move(tally));
}

void PublisherLoop::receiveFrames() {
    for (int i = 0; i < kMaxFramesATurn; ++i) {
        const auto bytes = m_outbox->sink().receive();
        if (!bytes) return;
        handleFrame(*bytes);
    }
}

void PublisherLoop::handleFrame(std::span<const std::byte> bytes) {
    const auto frame = wire::decode(bytes);
    if (!frame || frame->envelope.run != m_hello.run || frame->envelope.attempt != m_hello.attempt)
        return;
    if (frame->kind == wire::Kind::Replay && frame->envelope.rank == m_hello.rank)
        if (const auto wanted = wire::parseReplay(frame->json())) m_replayer.ask(*wanted);
    if (frame->kind != wire::Kind::Command || !m_takes_commands) return;
    auto command = wire::parseCommand(frame->json());
    if (command)
        m_queues.commands.offer(std::move(*command));
    else
        refuseCommand("", command.error().message);
}

void PublisherLoop::pollControlFolder() {
    auto found = m_control.poll(m_clock);
    for (auto& command : found.commands)
        m_queues.commands.offer(std::move(command));
    for (const auto& refused : found.refused)
        refuseCommand(refused.file.substr(0, refused.file.rfind('.')),
                      "control/" + refused.file + " holds no command: " + refused.reason);
}

void PublisherLoop::refuseCommand(const std::string& id, const std::string& reason) {
    wire::Event answer;
    answer.mono_ns = m_clock.monotonicNs();
    answer.step = m_step;
    answer.kind = "command";
    answer.text = reason;
    answer.command_id = id;
    answer.accepted = false;
    answer.reason = reason;
    m_queues.events.push(std::move(answer));
}

Result<void> PublisherLoop::flushUntil(std::int64_t deadline_ns) {
    for (;;) {
        auto ok = m_outbox->flushNow();
        if (ok) return ok;
        saveTally(ok.error().message);  // whoever kills us while we wait learns it
        if (systemClock().monotonicNs() >= deadline_ns) return ok;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));  // a full disk may be cleared
    }
}

Result<void> PublisherLoop::finish(const std::string& outcome, int patience_ms) {
    const auto deadline = systemClock().monotonicNs() + patience_ms * kMilliNs;
    Result<void> flushed;
    do {
        drain();
        flushed = flushUntil(deadline);
    } while (flushed && drain());

    wire::Event ended;
    ended.mono_ns = m_clock.monotonicNs();
    ended.step = m_step;
    ended.kind = "ended";
    ended.text = "rank " + std::to_string(m_hello.rank) + " " + outcome;
    ended.outcome = outcome;
    ended.dropped = static_cast<std::int64_t>(m_queues.dropped());
    if (const auto ns = m_queues.steps.pushNsMean(); std::isfinite(ns)) ended.record_ns_mean = ns;
    ended.sampler_cpu_s = samplerCpu();
    m_outbox->addEvent(ended);
    if (flushed) flushed = flushUntil(deadline);
    m_outbox->sync();
    if (!flushed) {
        saveTally(flushed.error().message);
        return fail(flushed.error().code, "the last " + std::to_string(m_outbox->pendingRecords()) +
                                              " records of rank " + std::to_string(m_hello.rank) +
                                              " are lost: " + flushed.error().message);
    }
    tend();  // the hub hears the final numbers at once
    return {};
}

}  // namespace wattline
