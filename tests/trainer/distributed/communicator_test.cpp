// SPDX-License-Identifier: Apache-2.0
#include "trainer/distributed/communicator.h"

#include <array>
#include <gtest/gtest.h>

#include "tests/trainer/support/mpi_main.h"

namespace wattline::trainer {
namespace {

using test::ranks;

TEST(Communicator, SumsOverAllRanks) {
    std::array<double, 2> values{1.0, static_cast<double>(ranks().rank())};
    ranks().sum(values);
    EXPECT_EQ(values[0], ranks().size());
    EXPECT_EQ(values[1], ranks().size() * (ranks().size() - 1) / 2);
}

TEST(Communicator, SumsInTheBackgroundAndWhileSleeping) {
    std::array<float, 1> first{1.0F}, second{2.0F}, third{3.0F};
    auto a = ranks().startSum(first);
    auto b = ranks().startSum(second);
    b.wait();
    while (!a.test()) {
    }
    ranks().sumSleeping(third, std::chrono::milliseconds(1));
    const auto n = static_cast<float>(ranks().size());
    EXPECT_EQ(first[0], n);
    EXPECT_EQ(second[0], 2 * n);
    EXPECT_EQ(third[0], 3 * n);
}

TEST(Communicator, EverybodyGetsTheTextOfRankZero) {
    const auto mine = ranks().rank() == 0 ? std::string("from the first") : std::string();
    EXPECT_EQ(ranks().broadcast(mine), "from the first");
    EXPECT_EQ(ranks().broadcast(std::string()), "");
}

TEST(Communicator, AllAgreeOnTheErrorOfTheLowestRankThatHasOne) {
    EXPECT_TRUE(ranks().agree({}));
    const int last = ranks().size() - 1;
    const auto agreed =
        ranks().agree(ranks().rank() == last
                          ? Result<void>(fail(ExitCode::NotFound, "rank " + std::to_string(last)))
                          : Result<void>());
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().code, ExitCode::NotFound);
    EXPECT_EQ(agreed.error().message, "rank " + std::to_string(last));

    const auto all = ranks().agree(fail(ExitCode::Usage, std::to_string(ranks().rank())));
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().message, "0");
}

}  // namespace
}  // namespace wattline::trainer
