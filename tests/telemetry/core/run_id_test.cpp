// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/run_id.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace wattline {
namespace {

TEST(RunId, IsMadeFromUtcAndEntropyAndIsValid) {
    const test::FakeClock clock;
    const RunId id = makeRunId(clock, 0xabcd1234);
    EXPECT_EQ(id, "20260921-141321-1234");
    EXPECT_TRUE(isRunId(id));
}

TEST(RunId, RefusesWhatCouldLeaveTheRunsFolder) {
    for (const char* bad : {"", ".", "..", "a/b", "a b", ".hidden", "a\nb", "$(x)"})
        EXPECT_FALSE(isRunId(bad)) << bad;
    EXPECT_FALSE(isRunId(std::string(32, 'a')));
    EXPECT_TRUE(isRunId(std::string(31, 'a')));
}

}  // namespace
}  // namespace wattline
