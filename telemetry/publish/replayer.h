// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "telemetry/core/files.h"
#include "telemetry/publish/sink.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {

/// Sends again what the hub missed and cannot read in the run folder, from this rank's own journal:
/// a few frames a turn, so that new records are never late because of old ones.
/// Threads: one owner, the publisher's thread.
class Replayer {
public:
    Replayer(std::filesystem::path journal_folder, std::uint32_t attempt, std::uint32_t rank,
             Files& files);

    /// Replaces what was asked for before: the hub asks for all that it misses.
    void ask(const wire::Replay& wanted);
    /// Sends the next frames, as many as the sink takes and one turn may.
    void turn(Sink& sink);
    [[nodiscard]] bool idle() const noexcept { return !m_wanted; }

private:
    std::filesystem::path m_folder;
    std::uint32_t m_attempt, m_rank;
    Files& m_files;
    std::optional<wire::Replay> m_wanted;
    wire::JournalStream m_stream;
    wire::JournalPosition m_position;
};

}  // namespace wattline
