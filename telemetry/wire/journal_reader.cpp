// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "telemetry/wire/compressed_part.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"

namespace wattline::wire {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

tl::unexpected<Error> cannotRead(const fs::path& path, const std::error_code& why) {
    return fail(ExitCode::Environment, "cannot read the journal " + path.string() + " (" +
                                           why.message() +
                                           "); check the file system and its permissions");
}

/// A window of bytes over one file that slides forward; grows to hold one whole frame.
class PartReader {
public:
    [[nodiscard]] static Result<std::unique_ptr<PartReader>>
    open(const fs::path& path, std::uint64_t offset, Files& files, std::size_t enough) {
        auto file = openPart(path, files);
        if (!file) return cannotRead(path, file.error());
        return std::unique_ptr<PartReader>(new PartReader(path, std::move(*file), offset, enough));
    }

    /// Bytes from offset() on, as far as they are in memory.
    [[nodiscard]] std::span<const std::byte> window() const noexcept {
        return std::span(m_buffer).subspan(m_begin);
    }
    [[nodiscard]] std::uint64_t offset() const noexcept { return m_offset; }
    /// Bytes of whole frames that were read from this part.
    [[nodiscard]] std::uint64_t passed() const noexcept { return m_offset - m_start; }
    /// True when what follows is there but cannot be decompressed.
    [[nodiscard]] bool damaged() const noexcept { return m_damaged; }

    void skip(std::size_t bytes) noexcept {
        m_begin += bytes;
        m_offset += bytes;
    }

    /// Reads one chunk more; false at the end of the file.
    [[nodiscard]] Result<bool> grow() {
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_begin));
        m_begin = 0;
        const auto have = m_buffer.size();
        m_buffer.resize(have + m_chunk);
        const auto n = m_file->pread(std::span(m_buffer).subspan(have), m_offset + have);
        m_buffer.resize(have + n.value_or(0));
        m_damaged = !n && n.error() == std::errc::bad_message;
        if (m_damaged) return false;
        if (!n) return cannotRead(m_path, n.error());
        return *n > 0;
    }

private:
    PartReader(fs::path path, std::unique_ptr<OpenFile> file, std::uint64_t offset,
               std::size_t enough)
        : m_path(std::move(path)), m_file(std::move(file)), m_chunk(std::min(kChunkBytes, enough)),
          m_offset(offset), m_start(offset) {}

    fs::path m_path;
    std::unique_ptr<OpenFile> m_file;
    std::size_t m_chunk;
    std::uint64_t m_offset, m_start;
    std::vector<std::byte> m_buffer;
    std::size_t m_begin = 0;
    bool m_damaged = false;
};

bool belongs(const FrameView& frame, const JournalStream& stream) noexcept {
    return frame.envelope.attempt == stream.attempt && frame.envelope.rank == stream.rank;
}

/// How far a part could be read, and what stopped it.
struct PartEnd {
    bool clean = true;
    bool refused = false;  ///< the visitor does not want the next frame
    bool torn = false;     ///< the end may still come, as opposed to bytes that are wrong
    bool more = false;     ///< enough was read for now
    std::uint64_t rest_bytes = 0;
};

/// Counts what is left from here to the end of the file, and whether all of it is zero.
Result<PartEnd> endAt(PartReader& part, DecodeError error) {
    PartEnd end{false, false, error == DecodeError::Truncated, false, 0};
    bool zeros = true;
    for (;;) {
        const auto window = part.window();
        zeros = zeros && std::ranges::all_of(window, [](std::byte b) { return b == std::byte{0}; });
        end.rest_bytes += window.size();
        part.skip(window.size());
        const auto more = part.grow();
        if (!more) return tl::unexpected(more.error());
        if (!*more) break;
    }
    end.torn = (end.torn || zeros) && !part.damaged();
    return end;
}

Result<PartEnd> readPart(PartReader& part, const JournalStream& stream, std::uint64_t& offset,
                         JournalReadStats& stats,
                         const std::function<bool(const FrameView&)>& visit, std::size_t enough) {
    for (;;) {
        const auto frame = decode(part.window());
        if (frame && belongs(*frame, stream)) {
            if (!visit(*frame)) return PartEnd{true, true, false, false, 0};
            ++stats.frames;
            part.skip(frame->frame_bytes);
        } else if (frame) {
            return endAt(part, DecodeError::BadField);
        } else if (frame.error().error == DecodeError::UnknownKind) {
            ++stats.unknown;
            part.skip(frame.error().skip_bytes);
        } else if (frame.error().error == DecodeError::Truncated) {
            // What is left of a chunk is less than a frame: enough but for that is enough.
            if (part.passed() > 0 && part.passed() + part.window().size() >= enough)
                return PartEnd{true, false, false, true, 0};
            const auto more = part.grow();
            if (!more) return tl::unexpected(more.error());
            if (!*more && part.window().empty() && !part.damaged()) return PartEnd{};
            if (!*more) return endAt(part, DecodeError::Truncated);
        } else {
            return endAt(part, frame.error().error);
        }
        offset = part.offset();
    }
}

/// True when what we see of the file is what there will ever be.
bool isSettled(const fs::path& path, std::int64_t patience_ns, Files& files) {
    if (patience_ns <= 0) return true;
    const auto info = files.stat(path);
    return info && files.nowNs() - info->mtime_ns >= patience_ns;
}

/// Looks at the first records of a part. If they do not follow those of the part before, that one
/// may look shorter than it is (its size is stale), or one between them is not listed yet: what is
/// missing would count as lost for good.
class PartStart {
public:
    PartStart(const JournalPosition& position, const fs::path& part_before,
              std::int64_t patience_ns, Files& files)
        : m_position(position), m_part_before(part_before), m_patience_ns(patience_ns),
          m_files(files), m_decided(position.offset > 0) {}

    [[nodiscard]] bool follows(const FrameView& frame) {
        if (m_decided || !frame.sequenced()) return true;
        m_decided = true;
        m_hole = frame.envelope.first_sequence > m_position.next_sequence &&
                 !isSettled(m_part_before, m_patience_ns, m_files);
        return !m_hole;
    }
    [[nodiscard]] bool hasHole() const noexcept { return m_hole; }
    [[nodiscard]] bool isOpen() const noexcept { return !m_decided; }

private:
    const JournalPosition& m_position;
    const fs::path& m_part_before;
    std::int64_t m_patience_ns;
    Files& m_files;
    bool m_decided;
    bool m_hole = false;
};

}  // namespace

std::vector<JournalStream> listJournals(const fs::path& folder, Files& files) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<std::uint32_t, fs::path>> found;
    const auto names = files.list(folder);
    for (const auto& file : names.value_or(std::vector<std::string>()))
        if (const auto name = parseJournalName(file)) {
            auto& path = found[{name->attempt, name->rank}][name->part];
            // While a part lies there both ways, the one that the rank wrote counts.
            if (path.empty() || !name->compressed) path = folder / file;
        }

    std::vector<JournalStream> streams;
    for (const auto& [key, parts] : found) {
        auto& stream = streams.emplace_back(JournalStream{key.first, key.second, {}});
        for (const auto& [number, path] : parts)
            stream.parts.push_back(path);
    }
    return streams;
}

Result<JournalReadStats> readJournal(const JournalStream& stream, JournalPosition& position,
                                     const std::function<void(const FrameView&)>& visit,
                                     Files& files, const JournalReading& how) {
    const auto all = [&visit](const FrameView& frame) {
        visit(frame);
        return true;
    };
    return readJournalWhile(stream, position, all, files, how);
}

Result<JournalReadStats> readJournalWhile(const JournalStream& stream, JournalPosition& position,
                                          const std::function<bool(const FrameView&)>& visit,
                                          Files& files, const JournalReading& how) {
    JournalReadStats stats;
    for (std::size_t i = 0; i < stream.parts.size(); ++i) {
        const auto& path = stream.parts[i];
        const auto name = parseJournalName(path.filename().string());
        if (!name)
            return fail(ExitCode::Usage, path.string() + " is not named like a journal file");
        if (name->part < position.part) continue;
        const auto before = position;
        if (name->part > position.part) position = {name->part, 0, position.next_sequence};

        auto part = PartReader::open(path, position.offset, files, how.enough);
        if (!part) return tl::unexpected(part.error());
        PartStart start(position, i > 0 ? stream.parts[i - 1] : path, how.patience_ns, files);
        const auto guarded = [&](const FrameView& frame) {
            if (!start.follows(frame) || !visit(frame)) return false;
            if (frame.sequenced())
                position.next_sequence =
                    std::max(position.next_sequence, frame.envelope.first_sequence + frame.count);
            return true;
        };
        const auto end = readPart(**part, stream, position.offset, stats, guarded, how.enough);
        if (!end) return tl::unexpected(end.error());
        // A clock frame alone does not tell whether the part follows: stay where that is open.
        if (start.hasHole() || start.isOpen()) position = before;
        if (start.hasHole()) {
            stats.waiting = true;
            return stats;
        }
        stats.more = end->more;
        if (end->more || end->refused) return stats;
        if (end->clean) continue;
        const bool last = i + 1 == stream.parts.size();
        stats.damaged = stats.damaged || !end->torn || !last;
        if (last) stats.torn_bytes = end->rest_bytes;
        stats.waiting = !last && !isSettled(path, how.patience_ns, files);
        if (last || stats.waiting) return stats;
        stats.skipped_bytes += end->rest_bytes;
    }
    return stats;
}

}  // namespace wattline::wire
