// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/host.h"

#include <gtest/gtest.h>

namespace wattline {
namespace {

TEST(Host, AProcessIsKnownByPidAndStartTime) {
    auto self = identifySelf();
    EXPECT_TRUE(isAlive(self));
    self.start_ticks += 1;
    EXPECT_FALSE(isAlive(self)) << "another process with the same pid is not this one";
    self.start_ticks -= 1;
    self.boot_id = "another boot";
    EXPECT_FALSE(isAlive(self));
    EXPECT_FALSE(isAlive(ProcessIdentity{bootId(), -1, 0}));
}

}  // namespace
}  // namespace wattline
