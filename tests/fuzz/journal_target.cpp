// SPDX-License-Identifier: Apache-2.0
// The journal reader: a folder with parts of one rank's journal, plain and compressed, its tally,
// and another rank's.
#include <array>

#include "telemetry/wire/compressed_part.h"
#include "telemetry/wire/journal.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/memory_files.h"

namespace wattline::wire {
namespace {

namespace fs = std::filesystem;
using fuzz::MemoryFiles;
using fuzz::require;

constexpr std::array kFiles = {"a0001-r00000-0000.wlj",     "a0001-r00000-0001.wlj",
                               "a0001-r00000-0002.wlj",     "a0001-r00001-0000.wlj",
                               "a0001-r00000.tally",        "a0001-r00000-0000.wlj.zst",
                               "a0001-r00000-0001.wlj.zst", "a0001-r00001-0001.wlj.zst"};
const fs::path kFolder = "/run/journal";

/// What one reading saw, so that two can be compared.
struct Reading {
    JournalReadStats stats;
    JournalPosition end;
    std::vector<std::vector<std::byte>> payloads;
};

Reading readFrom(const JournalStream& stream, JournalPosition position, MemoryFiles& files) {
    Reading reading;
    const auto start = position;
    const auto stats = readJournal(
        stream, position,
        [&](const FrameView& frame) {
            require(frame.envelope.attempt == stream.attempt && frame.envelope.rank == stream.rank,
                    "a frame belongs to the stream that its file is named after");
            reading.payloads.emplace_back(frame.payload.begin(), frame.payload.end());
        },
        files);
    require(stats.has_value(), "files that can be opened can be read");
    require(stats->frames == reading.payloads.size(), "every frame that is counted was shown");
    require(position.part > start.part || position.offset >= start.offset,
            "a reader never goes back");
    reading.stats = *stats;
    reading.end = position;
    return reading;
}

/// A reader that came before the last bytes, and comes again, sees what a late one sees.
void checkResumed(const JournalStream& stream, const Reading& whole, const MemoryFiles& given) {
    MemoryFiles files;
    files.content = given.content;
    const auto& last = stream.parts.back();
    if (last.extension() == ".zst") return;  // nobody writes to these
    auto& bytes = files.content[last];
    const auto all = bytes;
    bytes.resize(bytes.size() / 2);
    const auto first = readFrom(stream, {}, files);
    bytes = all;
    if (first.stats.damaged) return;  // nobody reads on behind damage
    const auto second = readFrom(stream, first.end, files);
    auto both = first.payloads;
    both.insert(both.end(), second.payloads.begin(), second.payloads.end());
    require(both == whole.payloads, "reading in two goes gives what reading in one go gives");
}

/// Compression changes nothing that a reader sees.
void checkCompressed(const JournalStream& stream, const Reading& whole, const MemoryFiles& given) {
    MemoryFiles files;
    files.content = given.content;
    for (const auto& part : stream.parts) {
        if (part.extension() == ".zst") continue;
        const auto from = files.open(part, Files::Mode::Read);
        const auto to = files.open(part.string() + ".zst", Files::Mode::Overwrite);
        require(compress(**from, **to, files.content[part].size()).has_value(),
                "bytes can be compressed");
        files.content.erase(part);
    }
    for (const auto& each : listJournals(kFolder, files)) {
        if (each.attempt != stream.attempt || each.rank != stream.rank) continue;
        const auto again = readFrom(each, {}, files);
        require(again.payloads == whole.payloads &&
                    again.stats.torn_bytes == whole.stats.torn_bytes &&
                    again.stats.damaged == whole.stats.damaged,
                "a compressed journal says what it said before");
    }
}

}  // namespace
}  // namespace wattline::wire

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline;
    using namespace wattline::wire;
    MemoryFiles files;
    for (auto& [i, content] : fuzz::unpack(fuzz::bytesOf(data, size), kFiles.size()))
        files.content[kFolder / kFiles[i]] = std::move(content);
    const auto before = files.content;
    for (const auto& stream : listJournals(kFolder, files)) {
        const auto whole = readFrom(stream, {}, files);
        checkResumed(stream, whole, files);
        checkCompressed(stream, whole, files);
        (void)readTally(kFolder, stream.attempt, stream.rank, files);
    }
    fuzz::require(files.content == before, "a reader changes nothing");
    return 0;
}
