// SPDX-License-Identifier: Apache-2.0
#include "telemetry/core/run_state.h"

#include <gtest/gtest.h>

namespace wattline {
namespace {

TEST(RunState, NamesRoundTrip) {
    for (int i = 0; i <= static_cast<int>(RunState::Lost); ++i) {
        const auto state = static_cast<RunState>(i);
        EXPECT_EQ(parseRunState(name(state)), state);
    }
    EXPECT_FALSE(parseRunState("sleeping"));
}

TEST(RunState, HoldAndResumeAreInverseAndIdempotent) {
    EXPECT_EQ(apply(CommandKind::Hold, RunState::Running), RunState::Held);
    EXPECT_EQ(apply(CommandKind::Hold, RunState::Held), RunState::Held);
    EXPECT_EQ(apply(CommandKind::Resume, RunState::Held), RunState::Running);
    EXPECT_EQ(apply(CommandKind::Resume, RunState::Running), RunState::Running);
}

TEST(RunState, AnEndedRunTakesNoCommand) {
    for (const auto state : {RunState::Finished, RunState::Failed, RunState::Lost})
        for (const auto kind : {CommandKind::Hold, CommandKind::Resume, CommandKind::Stop})
            EXPECT_FALSE(apply(kind, state)) << name(kind) << " " << name(state);
}

TEST(RunState, ARefusalSaysWhatAndWhy) {
    const auto refused = apply(CommandKind::Hold, RunState::Finished);
    EXPECT_EQ(refused.error().message,
              "cannot hold a run that is finished; it has ended, start a new run instead");
}

}  // namespace
}  // namespace wattline
