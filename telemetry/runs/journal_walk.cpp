// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/journal_walk.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"

namespace wattline {
namespace {

/// What all ranks may be ahead of each other while they are read side by side.
constexpr std::size_t kSpreadBytes = std::size_t{16} << 20;
constexpr std::size_t kLeastBytes = std::size_t{16} << 10;
constexpr std::size_t kMostBytes = std::size_t{256} << 10;
/// A compressed part is read from its start at each turn: fewer and longer turns.
constexpr std::size_t kCompressedTurn = 8;

wire::JournalName nameOf(const std::filesystem::path& file) {
    return wire::parseJournalName(file.filename().string()).value_or(wire::JournalName{});
}

/// Bytes of the parts that have not been read to their end. A compressed part is complete, and its
/// size says nothing about how far it was read.
std::uint64_t sizeFrom(const wire::JournalStream& journal, std::size_t part, Files& files) {
    std::uint64_t size = 0;
    for (const auto& file : journal.parts)
        if (nameOf(file).part >= part)
            if (const auto info = files.stat(file)) size += info->size;
    return size;
}

bool isReadUp(const wire::JournalStream& journal, const RankStream& stream, std::uint64_t size) {
    const auto last = nameOf(journal.parts.back());
    if (last.part != stream.journal.part || stream.journal.offset == 0) return false;
    return last.compressed ? stream.read_up : size == stream.journal.offset;
}

}  // namespace

struct JournalWalk::Stream {
    wire::JournalStream journal;
    RankStream* stream = nullptr;
};

void JournalWalk::readTally(const wire::JournalStream& journal, RankStream& stream) {
    stream.tally = wire::readTally(m_folder.journal(), journal.attempt, journal.rank, m_files);
    if (!stream.tally) return;
    const auto before = stream.sequence.expected();
    stream.sequence.knowsOf(stream.tally->last_sequence, stream.tally->dropped);
    m_learned = m_learned || stream.sequence.expected() != before;
}

void JournalWalk::read(Stream& each, std::size_t enough) {
    auto& stream = *each.stream;
    const auto take = [this](const wire::FrameView& frame) {
        m_assembler.take(frame, SequenceTracker::Source::Journal);
        m_progress.bytes += frame.frame_bytes;
    };
    const auto read =
        wire::readJournal(each.journal, stream.journal, take, m_files, {.enough = enough});
    if (!read && m_outcome) m_outcome = tl::unexpected(read.error());
    stream.read_up = !read || !read->more;
    stream.journal_waits = read && read->waiting;
}

void JournalWalk::readAttempt(std::vector<Stream>& streams, const Report& report) {
    const auto enough = std::clamp(kSpreadBytes / std::max<std::size_t>(1, streams.size()),
                                   kLeastBytes, kMostBytes);
    bool more = true;
    while (more) {
        more = false;
        for (auto& each : streams) {
            if (each.stream->read_up) continue;
            const bool compressed = nameOf(each.journal.parts.back()).compressed;
            read(each, compressed ? enough * kCompressedTurn : enough);
            more = more || !each.stream->read_up;
        }
        if (more) m_assembler.settleRead(streams.front().journal.attempt);
        if (report) report(m_progress);
    }
}

Result<void> JournalWalk::run(const Report& report) {
    std::map<std::uint32_t, std::vector<Stream>> attempts;
    for (auto& journal : wire::listJournals(m_folder.journal(), m_files)) {
        auto& stream = m_assembler.stream({journal.attempt, journal.rank});
        readTally(journal, stream);
        const auto size = sizeFrom(journal, stream.journal.part, m_files);
        stream.read_up = isReadUp(journal, stream, size);
        if (stream.read_up) continue;
        m_progress.of_bytes += size - std::min(size, stream.journal.offset);
        attempts[journal.attempt].push_back({std::move(journal), &stream});
    }
    for (auto& [number, streams] : attempts)
        readAttempt(streams, report);
    return m_outcome;
}

std::uint64_t unreadBytes(const RunFolder& folder, const Assembler& assembler, Files& files) {
    std::uint64_t bytes = 0;
    for (const auto& journal : wire::listJournals(folder.journal(), files)) {
        const auto known = assembler.streams().find({journal.attempt, journal.rank});
        const auto position =
            known == assembler.streams().end() ? wire::JournalPosition{} : known->second.journal;
        const auto size = sizeFrom(journal, position.part, files);
        bytes += size - std::min(size, position.offset);
    }
    return bytes;
}

bool journalsContinue(const RunFolder& folder, const Assembler& assembler, Files& files) {
    const auto journals = wire::listJournals(folder.journal(), files);
    for (const auto& journal : journals) {
        const auto known = assembler.streams().find({journal.attempt, journal.rank});
        if (known == assembler.streams().end()) continue;
        const auto& position = known->second.journal;
        for (const auto& part : journal.parts) {
            if (nameOf(part).part != position.part || nameOf(part).compressed) continue;
            const auto info = files.stat(part);
            if (info && info->size < position.offset) return false;
        }
    }
    return true;
}

}  // namespace wattline
