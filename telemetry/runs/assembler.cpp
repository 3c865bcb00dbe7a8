// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/assembler.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "telemetry/core/units.h"

namespace wattline {
namespace {

/// Steps, power and events of a rank leave it through three doors, 20 ms apart at most; what came
/// through one says little about the last 100 ms of the others.
constexpr std::int64_t kDoorsNs = 100'000'000;
/// A rank that sent nothing for this long (it has a heartbeat each second) holds nobody up.
constexpr std::int64_t kSilentNs = 2'000'000'000;
/// CLOCK_MONOTONIC of a host that has been up for 63 years: more is nonsense.
constexpr std::int64_t kMaxMonoNs = 2'000'000'000'000'000'000;

bool isTime(std::int64_t mono_ns) noexcept {
    return mono_ns >= 0 && mono_ns <= kMaxMonoNs;
}

/// A frame with an impossible time in it is nonsense as a whole.
bool isTimeOfAll(const wire::FrameView& steps, std::uint64_t from) noexcept {
    for (auto i = from; i < steps.count; ++i)
        if (!isTime(steps.step(i).end_ns)) return false;
    return true;
}

}  // namespace

double wallSeconds(const RankStream& stream, std::int64_t mono_ns) noexcept {
    return static_cast<double>(mono_ns + stream.shift_ns.value_or(0)) / kNanosPerSecond;
}

Assembler::Assembler(const RunSpec& spec, const Clock& clock, SeriesPlace place)
    : m_spec(spec), m_clock(clock), m_series(place), m_ranks(std::move(place)) {}

bool Assembler::take(const wire::FrameView& frame, SequenceTracker::Source source) {
    if (frame.envelope.run != m_spec.id) return false;
    const StreamKey key{frame.envelope.attempt, frame.envelope.rank};
    auto& stream = m_streams[key];
    stream.heard_ns = m_clock.monotonicNs();
    if (frame.kind == wire::Kind::Heartbeat) return takeHeartbeat(stream, frame);
    if (frame.kind == wire::Kind::Clock) {
        if (const auto reading = wire::parseClockReading(frame.json())) m_clocks.saw(*reading);
        return false;  // no record
    }
    if (!frame.sequenced()) return false;
    if (source == SequenceTracker::Source::Journal)
        stream.journaled =
            std::max(stream.journaled, frame.envelope.first_sequence + frame.count - 1);
    const auto known = stream.sequence.offer(frame.envelope.first_sequence, frame.count, source);
    if (!known) return false;
    switch (frame.kind) {
    case wire::Kind::Hello:
        takeHello(key, stream, frame);
        break;
    case wire::Kind::Steps:
        takeSteps(key, frame, *known);
        break;
    case wire::Kind::Power:
        takePower(key, frame, *known);
        break;
    case wire::Kind::Event:
        takeEvent(key, stream, frame);
        break;
    default:
        ++m_unreadable;
    }
    return true;
}

void Assembler::takeHello(const StreamKey& key, RankStream& stream, const wire::FrameView& frame) {
    auto hello = wire::parseHello(frame.json());
    if (!hello || hello->rank != key.rank || !isTime(hello->started_mono_ns) ||
        hello->started_unix_ns < 0 || hello->started_unix_ns > 2 * kMaxMonoNs || stream.hello) {
        ++m_unreadable;
        return;
    }
    auto& attempt = m_attempts.try_emplace(key.attempt, hello->world_size).first->second;
    if (hello->world_size != attempt.world_size) {
        ++m_unreadable;
        return;
    }
    m_ranks.open(key.attempt, attempt.world_size);
    attempt.ranks.resize(attempt.world_size);
    if (key.rank < attempt.world_size) attempt.ranks[key.rank] = &stream;
    stream.sawRecordAt(hello->started_mono_ns);
    stream.hello = std::move(*hello);
    ++attempt.hellos;
    // Attempts are opened in their order when all are read again.
    m_late_hello =
        m_late_hello || attempt.opened || std::ranges::any_of(m_attempts, [&](const auto& each) {
            return each.first > key.attempt && each.second.opened;
        });
    if (attempt.hellos < attempt.world_size || attempt.opened) return;
    // Attempts follow each other: whoever is missing from an earlier one will not come any more.
    for (auto& [number, each] : m_attempts)
        if (!each.opened && number <= key.attempt) open(number, each);
}

void Assembler::takeSteps(const StreamKey& key, const wire::FrameView& frame, std::uint64_t known) {
    auto& stream = m_streams[key];
    const auto found = m_attempts.find(key.attempt);
    if (found == m_attempts.end() || !isTimeOfAll(frame, known)) {
        m_unreadable += static_cast<std::int64_t>(frame.count - known);
        return;
    }
    auto& attempt = found->second;
    m_ranks.append(frame, known);
    for (std::uint64_t i = known; i < frame.count; ++i) {
        const auto record = frame.step(i);
        stream.sawRecordAt(record.end_ns);
        if (attempt.steps.add(key.rank, record)) finishStep(key.attempt, attempt);
    }
    if (stream.shift_ns) m_timeline.extendTo(wallSeconds(stream, stream.newest_ns));
}

bool Assembler::stepsCameTooLate() const noexcept {
    return std::ranges::any_of(m_attempts,
                               [](const auto& each) { return each.second.steps.wasLate(); });
}

void Assembler::finishStep(std::uint32_t number, const Attempt& attempt) {
    auto step = attempt.steps.complete();
    // An earlier attempt's step that comes late finds its place taken by the later one.
    m_late_step = m_late_step || number < m_progress_attempt;
    m_progress_attempt = std::max(m_progress_attempt, number);
    const auto ends = attempt.steps.ends();
    for (std::size_t rank = 0; rank < ends.size(); ++rank)
        if (attempt.ranks[rank] != nullptr)
            step.end_s = std::max(step.end_s, wallSeconds(*attempt.ranks[rank], ends[rank]));
    compareClocks(attempt);
    keepStepEnd(number, step.step, step.end_s);
    if (step.step <= m_progress.step) return;  // done again after a resume: counts once
    m_progress.step = step.step;
    m_progress.epoch = step.epoch;
    m_progress.samples += step.samples;
    if (std::isfinite(step.duration_s)) {
        m_progress.step_seconds += step.duration_s;
        m_progress.timed_samples += step.samples;
        ++m_progress.timed_steps;
    }
    m_series.add(step);
}

void Assembler::takePower(const StreamKey& key, const wire::FrameView& frame, std::uint64_t known) {
    auto& stream = m_streams[key];
    for (std::uint64_t i = known; i < frame.count; ++i) {
        const auto record = frame.power(i);
        if (!stream.hello || record.device >= stream.hello->devices.size() ||
            !isTime(record.at_ns)) {
            ++m_unreadable;
            continue;
        }
        stream.sawRecordAt(record.at_ns);
        if (stream.shift_ns)
            place(key, stream, record);
        else
            stream.early_power.push_back(record);
    }
    if (stream.shift_ns) m_timeline.extendTo(wallSeconds(stream, stream.newest_ns));
}

void Assembler::place(const StreamKey& key, const RankStream& stream, const PowerRecord& record) {
    const auto account = stream.accounts[record.device];
    const auto& attempt = m_attempts.at(key.attempt);
    const bool paces = attempt.pacing_account == account;
    m_series.add(PlacedSample{
        account, key.rank, paces,
        LedgerSample{wallSeconds(stream, record.at_ns), record.power_w, record.counter_j},
        record.state});
}

void Assembler::takeEvent(const StreamKey& key, RankStream& stream, const wire::FrameView& frame) {
    auto event = wire::parseEvent(frame.json());
    if (!event || !isTime(event->mono_ns)) {
        ++m_unreadable;
        return;
    }
    stream.sawRecordAt(event->mono_ns);
    if (event->kind == "ended") {
        stream.sequence.knowsOf(
            0, static_cast<std::uint64_t>(std::max<std::int64_t>(0, event->dropped.value_or(0))));
        if (!stream.ended && m_attempts.contains(key.attempt)) ++m_attempts.at(key.attempt).ended;
        stream.ended = *event;
        if (event->sampler_cpu_s) stream.sampler_cpu_s = event->sampler_cpu_s;
    }
    if (stream.shift_ns)
        apply(key, stream, *event);
    else
        stream.early_events.push_back(std::move(*event));
}

bool Assembler::takeHeartbeat(RankStream& stream, const wire::FrameView& frame) {
    const auto heartbeat = wire::parseHeartbeat(frame.json());
    if (!heartbeat || !isTime(heartbeat->mono_ns)) return false;
    stream.sequence.knowsOf(heartbeat->last_sequence, heartbeat->dropped);
    if (heartbeat->sampler_cpu_s && !stream.ended) stream.sampler_cpu_s = heartbeat->sampler_cpu_s;
    if (stream.sequence.isUpTo(heartbeat->last_sequence))
        stream.reached_ns = std::max(stream.reached_ns, heartbeat->mono_ns);
    return true;
}

bool Assembler::needsHealing() const noexcept {
    return std::ranges::any_of(m_streams,
                               [](const auto& each) { return each.second.sequence.isBehind(); });
}

const Attempt* Assembler::attempt() const noexcept {
    return m_attempts.empty() ? nullptr : &m_attempts.rbegin()->second;
}

std::uint32_t Assembler::attemptNumber() const noexcept {
    return m_attempts.empty() ? 0 : m_attempts.rbegin()->first;
}

double Assembler::settledByAllRanks() const {
    const auto now = m_clock.monotonicNs();
    double settled = std::numeric_limits<double>::infinity();
    for (const auto& [key, stream] : m_streams) {
        const bool silent = now - stream.heard_ns > kSilentNs;
        if (key.attempt != attemptNumber() || stream.ended || silent || !stream.shift_ns) continue;
        settled = std::min(settled, wallSeconds(stream, stream.reached_ns - kDoorsNs));
    }
    return std::isfinite(settled) ? settled : m_timeline.endS();
}

void Assembler::settleRead(std::uint32_t attempt) {
    if (m_zero_unix_ns && attempt == attemptNumber() && m_attempts.at(attempt).opened)
        m_series.settleUntil(
            std::min(readUntil(attempt) - static_cast<double>(kDoorsNs) / kNanosPerSecond,
                     m_timeline.endS()),
            m_timeline);
}

void Assembler::settle(bool over) {
    if (over && !m_attempts.empty() && !m_attempts.rbegin()->second.opened)
        open(m_attempts.rbegin()->first, m_attempts.rbegin()->second);
    if (m_attempts.empty() || !m_zero_unix_ns) return;
    if (!m_sharing.empty()) tellShared();
    m_series.settleUntil(over ? std::numeric_limits<double>::infinity() : settledByAllRanks(),
                         m_timeline);
}

}  // namespace wattline
