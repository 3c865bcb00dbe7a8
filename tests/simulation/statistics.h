// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace wattline::sim {

/// What happened in histories, counted so that nobody takes an empty one for a test.
enum class Happened : std::size_t {
    RankKilled,   ///< at a random system call
    HostCrashed,  ///< its page cache is gone
    HubKilled,
    HubStarted,
    AttemptStarted,
    RankEnded,  ///< in order
    NetworkCut,
    FrameLost,
    FrameDuplicated,
    FrameReordered,
    DiskFull,
    DiskFreed,
    WriteCutShort,
    InputOutputError,
    FileSystemStalled,
    StaleRead,  ///< a reader on another host saw an older size, or zeros at the end
    RingDrop,
    CommandIssued,
    CommandTaken,
    BlindHub,  ///< a run folder that is not shared, and a first attempt that still ran
    Replay,    ///< a rank was asked for what it had sent in vain
    RecordsHealed,
    RecordsLost,     ///< by a host's crash or a disk that stayed full; each was accounted for
    JournalDamaged,  ///< a bit flipped on purpose
    PartStarted,     ///< rotation
    TornTail,
    Count
};
inline constexpr auto kHappenings = static_cast<std::size_t>(Happened::Count);

inline constexpr std::array<const char*, kHappenings> kHappeningNames{
    "ranks killed",      "hosts crashed",       "hubs killed",        "hubs started",
    "attempts started",  "ranks ended",         "networks cut",       "frames lost",
    "frames duplicated", "frames reordered",    "disks full",         "disks freed",
    "writes cut short",  "input/output errors", "file system stalls", "stale reads",
    "ring drops",        "commands issued",     "commands taken",     "blind hubs healed",
    "replays asked for", "records healed",      "records lost",       "journals damaged",
    "parts started",     "torn tails"};

struct Statistics {
    std::array<std::uint64_t, kHappenings> counts{};

    void add(Happened what, std::uint64_t times = 1) noexcept {
        counts[static_cast<std::size_t>(what)] += times;
    }
    [[nodiscard]] std::uint64_t of(Happened what) const noexcept {
        return counts[static_cast<std::size_t>(what)];
    }
    void add(const Statistics& other) noexcept {
        for (std::size_t i = 0; i < kHappenings; ++i)
            counts[i] += other.counts[i];
    }
};

}  // namespace wattline::sim
