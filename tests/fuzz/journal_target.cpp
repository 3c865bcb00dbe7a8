// SPDX-License-Identifier: Apache-2.0
// The journal reader: a folder with parts of one rank's journal, its tally, and strangers.
#include <algorithm>
#include <array>
#include <optional>

#include "telemetry/wire/journal.h"
#include "tests/fuzz/fuzz_support.h"

namespace wattline::wire {
namespace {

namespace fs = std::filesystem;
using fuzz::require;

constexpr std::array kFiles = {"a0001-r00000-0000.wlj", "a0001-r00000-0001.wlj",
                               "a0001-r00000-0002.wlj", "a0001-r00001-0000.wlj",
                               "a0001-r00000.tally"};
using Folder = std::map<std::size_t, std::vector<std::byte>>;

void lay(const fs::path& folder, const Folder& files) {
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
        const auto content = files.find(i);
        if (content != files.end())
            fuzz::writeWhole(folder / kFiles[i], content->second);
        else
            fs::remove(folder / kFiles[i]);
    }
}

/// What one reading saw, so that two can be compared.
struct Reading {
    JournalReadStats stats;
    JournalPosition end;
    std::vector<std::vector<std::byte>> payloads;
};

Reading readFrom(const JournalStream& stream, JournalPosition position) {
    Reading reading;
    const auto start = position;
    const auto stats = readJournal(stream, position, [&](const FrameView& frame) {
        require(frame.envelope.attempt == stream.attempt && frame.envelope.rank == stream.rank,
                "a frame belongs to the stream that its file is named after");
        reading.payloads.emplace_back(frame.payload.begin(), frame.payload.end());
    });
    require(stats.has_value(), "files that can be opened can be read");
    require(stats->frames == reading.payloads.size(), "every frame that is counted was shown");
    require(position.part > start.part || position.offset >= start.offset,
            "a reader never goes back");
    reading.stats = *stats;
    reading.end = position;
    return reading;
}

/// A reader that came before the last bytes, and comes again, sees what a late one sees.
void checkResumed(const fs::path& folder, const JournalStream& stream, const Reading& whole) {
    const auto& last = stream.parts.back();
    const auto bytes = fuzz::readWhole(last);
    fuzz::writeWhole(last, std::span(bytes).first(bytes.size() / 2));
    const auto first = readFrom(stream, {});
    fuzz::writeWhole(last, bytes);
    if (first.stats.damaged) return;  // nobody reads on behind damage
    auto second = readFrom(stream, first.end);
    auto both = first.payloads;
    both.insert(both.end(), second.payloads.begin(), second.payloads.end());
    require(both == whole.payloads, "reading in two goes gives what reading in one go gives");
    (void)folder;
}

}  // namespace
}  // namespace wattline::wire

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline;
    using namespace wattline::wire;
    const auto files = fuzz::unpack(fuzz::bytesOf(data, size), kFiles.size());
    const auto folder = fuzz::scratchFolder() / "journal";
    lay(folder, files);
    for (const auto& stream : listJournals(folder)) {
        const auto whole = readFrom(stream, {});
        checkResumed(folder, stream, whole);
        (void)readTally(folder, stream.attempt, stream.rank);
    }
    for (const auto& [i, content] : files)
        fuzz::require(fuzz::readWhole(folder / kFiles[i]) == content, "a reader changes nothing");
    return 0;
}
