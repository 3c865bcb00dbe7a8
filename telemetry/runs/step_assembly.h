// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "telemetry/core/records.h"

namespace wattline {

struct RankStep {
    std::uint32_t rank = 0;
    StepRecord record;
};

/// Gathers each rank's record of a step until all have reported. Steps of one rank ascend, so a
/// step that is complete makes every earlier incomplete one (a dropped record) final: it is let go.
/// Threads: one owner.
class StepAssembly {
public:
    explicit StepAssembly(std::uint32_t ranks) : m_ranks(ranks) {}
    /// All records of the step, in rank order, when this was the last.
    [[nodiscard]] std::optional<std::vector<RankStep>> add(const RankStep& step);

private:
    std::uint32_t m_ranks;
    std::uint64_t m_last = 0;
    std::map<std::uint64_t, std::vector<RankStep>> m_open;
};

/// One optimizer step of the run, over all its ranks. NaN: not measured.
struct RunStep {
    std::uint64_t step = 0;
    std::uint32_t epoch = 0;  ///< from 1; 0: not told
    std::int64_t samples = 0;
    double loss = std::numeric_limits<double>::quiet_NaN();  ///< mean over all samples
    double learning_rate = std::numeric_limits<double>::quiet_NaN();
    double duration_s = std::numeric_limits<double>::quiet_NaN();  ///< mean over ranks
    /// samples / duration_s: what the step itself achieves, evaluation and holds left out.
    double throughput = std::numeric_limits<double>::quiet_NaN();
    std::array<double, kPhaseCount> phase_s{};  ///< mean over the ranks that measured it
    double end_s = 0.0;  ///< wall seconds when the last rank finished it; filled in by the caller
};
/// `steps` is not empty. Loss is unknown when a rank that trained on samples does not know its own:
/// a mean over the others would hide a rank that diverged.
[[nodiscard]] RunStep combine(const std::vector<RankStep>& steps);

}  // namespace wattline
