// SPDX-License-Identifier: Apache-2.0
// How an assembler outlives its process: all it knows goes into the state file beside the series,
// so that the next one goes on where this one stopped instead of reading the journals again.
#include <algorithm>
#include <utility>

#include "telemetry/runs/assembler.h"
#include "telemetry/store/archive.h"

namespace wattline {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// What a message says, as the text that it came as.
template <typename Message>
std::optional<std::string> textOf(const std::optional<Message>& message) {
    return message ? std::optional(wire::toJson(*message)) : std::nullopt;
}

template <typename Message, typename Parse>
void parseInto(ArchiveReader& archive, const std::optional<std::string>& text, Parse parse,
               std::optional<Message>& out) {
    if (!text) return;
    auto message = parse(*text);
    if (!message) return archive.fail();
    out = std::move(*message);
}

void saveStream(ArchiveWriter& archive, const StreamKey& key, const RankStream& stream) {
    std::vector<std::string> early;
    for (const auto& event : stream.early_events)
        early.push_back(wire::toJson(event));
    archive(key.attempt, key.rank, stream.sequence, stream.journal, stream.journaled,
            stream.read_up, textOf(stream.hello), textOf(stream.ended), stream.shift_ns,
            stream.early_power, early, stream.accounts, stream.newest_ns, stream.reached_ns,
            stream.sampler_cpu_s);
}

void loadStream(ArchiveReader& archive, StreamKey& key, RankStream& stream) {
    std::optional<std::string> hello, ended;
    std::vector<std::string> early;
    archive(key.attempt, key.rank, stream.sequence, stream.journal, stream.journaled,
            stream.read_up, hello, ended, stream.shift_ns, stream.early_power, early,
            stream.accounts, stream.newest_ns, stream.reached_ns, stream.sampler_cpu_s);
    parseInto(archive, hello, wire::parseHello, stream.hello);
    parseInto(archive, ended, wire::parseEvent, stream.ended);
    for (const auto& text : early) {
        auto event = wire::parseEvent(text);
        if (!event) return archive.fail();
        stream.early_events.push_back(std::move(*event));
    }
    const auto devices = stream.hello ? stream.hello->devices.size() : 0;
    if (!stream.accounts.empty() && stream.accounts.size() != devices) archive.fail();
}

}  // namespace

/// Progress and streams are as before; series and their tables follow behind.
template <typename Archive> void Attempt::persist(Archive& archive) {
    archive(opened, opened_s, hellos, ended, steps, pacing_account);
}

template <typename Archive> void Assembler::persist(Archive& archive) {
    archive(m_unix_offsets, m_zero_unix_ns, m_timeline, m_progress, m_failure_s, m_failure,
            m_stopping, m_late_hold, m_late_hello, m_late_step, m_progress_attempt, m_said_end,
            m_unreadable, m_clocks, m_step_ends, m_stepping, m_redone, m_sharing);
}

bool Assembler::isPrivate() const {
    const auto ranks = m_ranks.tables();
    return m_series.isPrivate() ||
           std::ranges::any_of(ranks, [](const auto* table) { return table->isPrivate(); });
}

void Assembler::save(ArchiveWriter& archive) const {
    archive(std::uint64_t{m_streams.size()});
    for (const auto& [key, stream] : m_streams)
        saveStream(archive, key, stream);
    archive(std::uint64_t{m_attempts.size()});
    for (const auto& [number, attempt] : m_attempts) {
        archive(number, attempt.world_size);
        const_cast<Attempt&>(attempt).persist(archive);  // writing leaves it as it is
    }
    const_cast<Assembler*>(this)->persist(archive);
    archive(std::uint64_t{m_events.size()});
    for (const auto& event : m_events)
        archive(event.t_s, event.step, event.kind, event.text);
    archive(textOf(m_evaluation));
    m_series.save(archive);
    m_ranks.save(archive);
}

void Assembler::load(ArchiveReader& archive) {
    loadStreams(archive);
    std::uint64_t count = 0;
    archive(count);
    for (std::uint64_t i = 0; i < count && !archive.failed(); ++i) {
        std::uint32_t number = 0, ranks = 0;
        archive(number, ranks);
        if (ranks == 0 || ranks > wire::kMaxRanks) return archive.fail();
        auto& attempt = m_attempts.try_emplace(number, ranks).first->second;
        attempt.persist(archive);
    }
    persist(archive);
    archive(count);
    for (std::uint64_t i = 0; i < count && !archive.failed(); ++i) {
        auto& event = m_events.emplace_back();
        archive(event.t_s, event.step, event.kind, event.text);
    }
    std::optional<std::string> evaluation;
    archive(evaluation);
    parseInto(archive, evaluation, wire::parseEvent, m_evaluation);
    if (archive.failed()) return;
    linkRanks();
    const auto devices = devicesByAccount();
    if (!devices) return archive.fail();
    m_series.load(archive, *devices);
    m_ranks.load(archive);
}

void Assembler::loadStreams(ArchiveReader& archive) {
    std::uint64_t count = 0;
    archive(count);
    for (std::uint64_t i = 0; i < count && !archive.failed(); ++i) {
        StreamKey key;
        RankStream stream;
        loadStream(archive, key, stream);
        stream.heard_ns = m_clock.monotonicNs();
        if (!archive.failed()) m_streams.insert_or_assign(key, std::move(stream));
    }
}

void Assembler::linkRanks() {
    for (auto& [number, attempt] : m_attempts)
        attempt.ranks.resize(attempt.world_size);
    for (const auto& [key, stream] : m_streams) {
        const auto attempt = m_attempts.find(key.attempt);
        if (stream.hello && attempt != m_attempts.end() && key.rank < attempt->second.world_size)
            attempt->second.ranks[key.rank] = &stream;
    }
}

/// Accounts were given in the order in which ranks declare devices, so every number below the
/// highest has its declaration; nothing when that is not so.
std::optional<std::vector<PowerDevice>> Assembler::devicesByAccount() const {
    std::map<std::size_t, PowerDevice> found;
    for (const auto& [key, stream] : m_streams)
        for (std::size_t i = 0; i < stream.accounts.size(); ++i)
            found.try_emplace(stream.accounts[i], stream.hello->devices[i]);
    std::vector<PowerDevice> devices;
    for (auto& [account, device] : found) {
        if (account != devices.size()) return std::nullopt;
        devices.push_back(std::move(device));
    }
    return devices;
}

double Assembler::readUntil(std::uint32_t attempt) const {
    double until = kNever;
    for (const auto& [key, stream] : m_streams)
        if (key.attempt == attempt && !stream.read_up)
            until =
                std::min(until, stream.shift_ns ? wallSeconds(stream, stream.reached_ns) : -kNever);
    return until;
}

}  // namespace wattline
