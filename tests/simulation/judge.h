// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/core/records.h"
#include "tests/simulation/world.h"

namespace wattline::sim {

/// What a journal holds, read a second time and in another way than the product does: from the
/// bytes of the whole file.
struct JournalContent {
    std::uint64_t records = 0;  ///< frames' records, each sequence once
    std::uint64_t highest = 0;  ///< the last sequence
    bool contiguous = true;     ///< sequences are 1, 2, 3 ...
    std::uint64_t torn_bytes = 0;
    std::uint64_t parts = 0;
    std::vector<StepRecord> steps;
    std::vector<PowerRecord> power;
};
[[nodiscard]] JournalContent readBytes(const SimDisk& disk, const RunFolder& folder,
                                       const SimRank& rank);
/// The same, of what is on the disk for certain.
[[nodiscard]] JournalContent readDurable(const SimDisk& disk, const RunFolder& folder,
                                         const SimRank& rank);

/// The promises, one sentence for each that this history broke.
[[nodiscard]] std::vector<std::string> judge(World& world);

}  // namespace wattline::sim
