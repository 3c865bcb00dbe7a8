// SPDX-License-Identifier: Apache-2.0
#include "trainer/control/step_vote.h"

#include <algorithm>

namespace wattline::trainer {

void writeVote(const StepVote& vote, std::span<float> tail) {
    std::ranges::fill(tail, 0.0F);
    tail[0] = static_cast<float>(vote.decision);
    tail[1] = static_cast<float>(vote.stop_requests);
    tail[2] = static_cast<float>(vote.failures);
    tail[3] = static_cast<float>(vote.unreadable);
    tail[4] = vote.loss;
}

StepVote readVote(std::span<const float> sums) {
    return {static_cast<Decision>(static_cast<int>(sums[0])), static_cast<int>(sums[1]),
            static_cast<int>(sums[2]), static_cast<int>(sums[3]), sums[4]};
}

}  // namespace wattline::trainer
