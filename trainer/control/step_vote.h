// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace wattline::trainer {

/// What all ranks do after this step. Rank 0 proposes one, everybody else `None`.
enum class Decision { None = 0, Hold = 1, Resume = 2, Stop = 3 };

/// A few floats of each rank that travel in the tail of the gradients' own all-reduce and arrive
/// as sums, the same on every rank: so all agree at one step, and it costs no message. Whole
/// numbers below 2^24 add up exactly.
struct StepVote {
    Decision decision = Decision::None;
    int stop_requests = 0;  ///< ranks that were sent a signal
    int failures = 0;       ///< ranks that cannot go on
    int unreadable = 0;     ///< images that could not be read for this step
    float loss = 0.0F;      ///< sum over ranks of their mean loss
};
inline constexpr std::size_t kVoteFloats = 8;

void writeVote(const StepVote& vote, std::span<float> tail);
[[nodiscard]] StepVote readVote(std::span<const float> sums);

}  // namespace wattline::trainer
