// SPDX-License-Identifier: Apache-2.0
#include "trainer/control/step_vote.h"

#include <array>
#include <gtest/gtest.h>

namespace wattline::trainer {
namespace {

TEST(StepVote, ComesBackAsItWasSent) {
    std::array<float, kVoteFloats> floats{};
    floats.fill(9.0F);
    writeVote({Decision::Stop, 1, 2, 3, 0.25F}, floats);
    const auto vote = readVote(floats);
    EXPECT_EQ(vote.decision, Decision::Stop);
    EXPECT_EQ(vote.stop_requests, 1);
    EXPECT_EQ(vote.failures, 2);
    EXPECT_EQ(vote.unreadable, 3);
    EXPECT_EQ(vote.loss, 0.25F);
}

TEST(StepVote, SumsOfManyRanksKeepTheDecisionOfTheOneThatMadeIt) {
    std::array<float, kVoteFloats> sum{}, one{};
    for (int rank = 0; rank < 1000; ++rank) {
        writeVote({rank == 0 ? Decision::Resume : Decision::None, 1, 0, 2, 1.0F}, one);
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += one[i];
    }
    EXPECT_EQ(readVote(sum).decision, Decision::Resume);
    EXPECT_EQ(readVote(sum).stop_requests, 1000);
    EXPECT_EQ(readVote(sum).unreadable, 2000);
}

}  // namespace
}  // namespace wattline::trainer
