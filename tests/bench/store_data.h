// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "telemetry/core/workspace.h"
#include "telemetry/runs/run_history.h"
#include "tests/bench/bench_records.h"

/// Runs of kRanks ranks for the benchmarks of store and history. A large one is made once: under
/// $WATTLINE_BENCH_DATA when that is set (and then used again by the next call of the program),
/// else in a folder that goes away with the process. 10 M records take 2.3 GB, 100 M (series alone)
/// 13 GB.
namespace wattline::bench {

inline constexpr std::uint32_t kFrameRecords = 16;  ///< of one frame, as a rank at 10 Hz sends them

/// Frames of `records` step records in all, as ranks send them side by side, hellos first.
[[nodiscard]] std::vector<std::vector<std::byte>> makeFrames(const RunSpec& spec,
                                                             std::int64_t records);
[[nodiscard]] RunSpec benchSpec();

enum class Keep {
    Everything,  ///< journals and series
    SeriesOnly   ///< the run goes on, and its journals are not there
};
/// A workspace with one run of so many records, its series saved.
struct BenchRun {
    std::filesystem::path home;
    RunFolder folder;
};
[[nodiscard]] const BenchRun& benchRun(std::int64_t records, Keep keep);
/// It opened by this process, as `wattline plot` opens it.
[[nodiscard]] RunHistory& benchHistory(std::int64_t records, Keep keep);

}  // namespace wattline::bench
