// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/core/files.h"
#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace wattline {

struct CompressReport {
    std::size_t parts = 0;           ///< compressed now
    std::size_t parts_already = 0;   ///< that were compressed before
    std::uint64_t bytes_before = 0;  ///< of the parts compressed now
    std::uint64_t bytes_after = 0;
};

/// Compresses the journals of a run that is over. For each part: write NAME.wlj.zst under a
/// temporary name, sync it, read it back and compare it with the original byte by byte, rename it,
/// sync the folder, and only then remove the original. So whatever happens at any moment, the
/// original is there or a compressed file that was compared with it; where both are, readers take
/// the original, and the next call goes on from there. Bytes are kept exactly, a torn tail too.
///
/// The caller has made sure that nobody writes to the run any more (ended() and verify): a part
/// that changes meanwhile is left as it is, with a sentence. Threads: any; two at once do no harm.
[[nodiscard]] Result<CompressReport> compressJournals(const std::filesystem::path& journal_folder,
                                                      Files& files = systemFiles());

/// Refuses, with a sentence, a run that goes on or was given up as lost (it may come back), and one
/// that verify finds records missing or damaged in: what is wrong is looked at first.
[[nodiscard]] Result<CompressReport> compressRun(const RunFolder& folder,
                                                 Files& files = systemFiles());

}  // namespace wattline
