// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wattline::wire {

/// What the name of a journal file says: aAAAA-rRRRRR-SSSS.wlj, decimal, zero padded
/// to at least so many digits; with .zst behind it when the part was compressed.
struct JournalName {
    std::uint32_t attempt = 1, rank = 0, part = 0;
    bool compressed = false;
};

[[nodiscard]] std::string format(const JournalName& name);
/// aAAAA-rRRRRR.tally, the note beside the journal of a rank's attempt.
[[nodiscard]] std::string tallyName(std::uint32_t attempt, std::uint32_t rank);
/// Empty when `file` is not exactly what format() makes of some name.
[[nodiscard]] std::optional<JournalName> parseJournalName(std::string_view file);

}  // namespace wattline::wire
