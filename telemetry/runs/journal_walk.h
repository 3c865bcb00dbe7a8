// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

#include "telemetry/core/files.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"
#include "telemetry/runs/assembler.h"

namespace wattline {

/// How far a walk has come, for whoever waits for it.
struct WalkProgress {
    std::uint64_t bytes = 0, of_bytes = 0;
};

/// Reads all journals of a run from where each was last left, attempt by attempt, all ranks of an
/// attempt side by side in small pieces: so steps become complete soon after each other, and what
/// waits in memory does not depend on the journals' length. Rows are made on the way. A stream
/// whose file has not grown costs one stat. One rank's unreadable journal does not hide the
/// others': the first error is answered after all were read. Threads: the assembler's owner.
class JournalWalk {
public:
    JournalWalk(const RunFolder& folder, Assembler& assembler, Files& files)
        : m_folder(folder), m_assembler(assembler), m_files(files) {}

    using Report = std::function<void(const WalkProgress&)>;
    [[nodiscard]] Result<void> run(const Report& report = {});
    /// True when a rank's own word (its tally) told of more records than were known.
    [[nodiscard]] bool learnedOfMore() const noexcept { return m_learned; }

private:
    struct Stream;
    void readTally(const wire::JournalStream& journal, RankStream& stream);
    void read(Stream& stream, std::size_t enough);
    void readAttempt(std::vector<Stream>& streams, const Report& report);

    const RunFolder& m_folder;
    Assembler& m_assembler;
    Files& m_files;
    WalkProgress m_progress;
    Result<void> m_outcome;
    bool m_learned = false;
};

/// Bytes of journals that this assembler has not read yet; compressed ones count as they are.
[[nodiscard]] std::uint64_t unreadBytes(const RunFolder& folder, const Assembler& assembler,
                                        Files& files);

/// True when every journal that was read is still there and no shorter than what was read of it:
/// what was made of it then is still of use. A journal that is gone altogether is no contradiction:
/// the series may be all that is left of it.
[[nodiscard]] bool journalsContinue(const RunFolder& folder, const Assembler& assembler,
                                    Files& files);

}  // namespace wattline
