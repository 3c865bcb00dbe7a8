// SPDX-License-Identifier: Apache-2.0
#include "app/hub/launch_desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "tests/app/hub/hub_fixture.h"

namespace wattline {
namespace {

TEST(LaunchDesk, RunsJobsInOrderAndHandsTheirEndsBack) {
    LaunchDesk desk;
    std::vector<int> ended;
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(desk.post([&ended, i] { return [&ended, i] { ended.push_back(i); }; }));
    EXPECT_TRUE(eventually([&] {
        for (auto& finish : desk.takeFinished())
            finish();
        return ended.size() == 5;
    }));
    EXPECT_EQ(ended, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(LaunchDesk, RefusesWhenTooManyWaitAndDropsThemAtTheEnd) {
    std::latch gate(1);
    std::atomic<int> done{0};
    {
        LaunchDesk desk;
        int taken = 0;
        while (desk.post([&] {
            gate.wait();
            ++done;
            return [] {};
        }))
            ASSERT_LT(++taken, 1000);
        EXPECT_GE(taken, 64);
        gate.count_down();
    }
    EXPECT_LE(done, 66);
}

}  // namespace
}  // namespace wattline
