// SPDX-License-Identifier: Apache-2.0
#include "trainer/control/stop_signal.h"

#include <csignal>
#include <gtest/gtest.h>

namespace wattline::trainer {
namespace {

TEST(StopSignal, Usr1IsNotedInsteadOfKilling) {
    catchStopSignals();
    EXPECT_FALSE(stopSignalled());
    std::raise(SIGUSR1);
    EXPECT_TRUE(stopSignalled());
}

}  // namespace
}  // namespace wattline::trainer
