// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/core/files.h"
#include "telemetry/core/result.h"
#include "telemetry/wire/frame.h"
#include "telemetry/wire/messages.h"

namespace wattline::wire {

/// A part of a journal is closed at this size.
inline constexpr std::uint64_t kPartBytes = std::uint64_t{64} << 20;

/// Appends frames to FOLDER/aAAAA-rRRRRR-SSSS.wlj and starts the next part at 64 MiB. The folder is
/// created 0700, its files 0600. A stream that exists already is refused: its sequence numbers
/// would start again at 1 and be taken for repetitions. What append() accepted survives the death
/// of this process (it is in the kernel); sync() makes it survive the host's. A failed append
/// leaves the file as it was before (truncated back), so a full disk never tears a frame. Beside
/// the journal lies its tally, whose space is taken at open: what the journal has no room for can
/// still be counted there. Threads: one owner.
class JournalWriter {
public:
    [[nodiscard]] static Result<std::unique_ptr<JournalWriter>>
    open(const std::filesystem::path& folder, std::uint32_t attempt, std::uint32_t rank,
         std::uint64_t part_bytes = kPartBytes, Files& files = systemFiles());
    ~JournalWriter();
    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;

    /// Starts the next part now if `bytes` more do not fit into this one, so that the caller can
    /// open it with a clock frame. append() does the same by itself.
    [[nodiscard]] Result<void> makeRoom(std::size_t bytes);
    [[nodiscard]] Result<void> append(std::span<const std::byte> frames);
    [[nodiscard]] Result<void> sync();
    /// Overwrites the tally in place with one heartbeat frame of at most kTallyBytes, which needs
    /// no free space, and syncs it.
    [[nodiscard]] Result<void> writeTally(std::span<const std::byte> frame);
    /// True just after open and after each change of part: the caller then writes a clock frame.
    [[nodiscard]] bool takePartStarted() noexcept;

private:
    struct State;
    explicit JournalWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// The size of a tally: one block, so that it is written at once.
inline constexpr std::size_t kTallyBytes = 4096;
/// What a rank said of itself when its journal refused; empty when it never did, and when the tally
/// is not there or not whole: then nothing is known. Threads: any.
[[nodiscard]] std::optional<Heartbeat> readTally(const std::filesystem::path& folder,
                                                 std::uint32_t attempt, std::uint32_t rank,
                                                 Files& files = systemFiles());

/// One rank's journal of one attempt, as files on disk.
struct JournalStream {
    std::uint32_t attempt = 1, rank = 0;
    std::vector<std::filesystem::path> parts;  ///< in order
};
/// All streams of a journal folder by attempt and rank, other files left out. A missing folder has
/// none. A part that is missing in the middle is missing in `parts`, too, and shows as a gap in the
/// sequence numbers.
[[nodiscard]] std::vector<JournalStream> listJournals(const std::filesystem::path& folder,
                                                      Files& files = systemFiles());

/// Where a reader stands. Kept by the caller, so that it goes on where it stopped.
struct JournalPosition {
    std::size_t part = 0;  ///< the part's number (SSSS in its name)
    std::uint64_t offset = 0;
    std::uint64_t next_sequence = 1;  ///< of the record that follows what was read
};

struct JournalReadStats {
    std::uint64_t frames = 0, unknown = 0;
    std::uint64_t torn_bytes = 0;     ///< after the last good frame of the last part
    std::uint64_t skipped_bytes = 0;  ///< behind bad frames of parts that were passed over
    /// Stopped before the last part, at one that may still turn out to be whole.
    bool waiting = false;
    /// A frame that is whole and wrong, or a part that breaks off though it has a successor. A torn
    /// tail of the last part is none: its writer may still be at it, or its host has crashed.
    bool damaged = false;
    bool more = false;  ///< it stopped because it had read enough
};

/// A network file system may show a part shorter than it is, or zeros in it, for about so long.
inline constexpr std::int64_t kStaleNs = 60'000'000'000;
inline constexpr std::size_t kReadAll = std::numeric_limits<std::size_t>::max();

struct JournalReading {
    /// Stops after about so many bytes, but not before a frame was read, so that several streams
    /// can be read in turn.
    std::size_t enough = kReadAll;
    /// How long a part that breaks off is waited for; 0: it is passed over at once.
    std::int64_t patience_ns = kStaleNs;
};

/// Reads every whole frame from `position` on and moves it behind the last good one; stops at the
/// first bad frame of a part. If that part has a successor and was not changed for `patience_ns`,
/// nobody will mend it: reading goes on with the next part, and what was passed over shows as a gap
/// in the sequence numbers. So it is with a part whose first record does not follow. A whole frame
/// of another attempt or rank than the file's name says is bad, too. A tail of zeros is a torn tail
/// (network file systems show one). pread only, nothing is mapped, the file is never changed.
/// `visit` gets views that are valid during the call.
[[nodiscard]] Result<JournalReadStats>
readJournal(const JournalStream& stream, JournalPosition& position,
            const std::function<void(const FrameView&)>& visit, Files& files = systemFiles(),
            const JournalReading& how = {});

/// The same, until `visit` answers false: that frame is the next one to be read.
[[nodiscard]] Result<JournalReadStats>
readJournalWhile(const JournalStream& stream, JournalPosition& position,
                 const std::function<bool(const FrameView&)>& visit, Files& files = systemFiles(),
                 const JournalReading& how = {});

}  // namespace wattline::wire
