// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "trainer/control/run_link.h"
#include "trainer/control/step_vote.h"
#include "trainer/distributed/communicator.h"

namespace wattline::trainer {

/// Turns commands and signals into steps at which all ranks act.
///
///   rank 0: takeCommand -> apply() -> answer -> Decision --+
///   every rank: was a signal sent? -----------------------+--> StepVote -> sum -> act
///
/// Threads: training thread only.
class Steering {
public:
    using StopRequested = std::function<bool()>;
    Steering(RunLink& link, const Communicator& communicator, StopRequested stop_requested);

    /// This rank's part of the vote. Rank 0 answers what commands have come, up to the first that
    /// changes something; the rest wait for the next step.
    void propose(StepVote& vote, std::int64_t step);

    /// Does what the ranks have agreed on after `step`, which includes waiting out a hold.
    /// Collective; true when the run goes on, false when it stops.
    [[nodiscard]] bool act(const StepVote& sum, std::int64_t step);

private:
    [[nodiscard]] Decision answer(const wire::Command& command, std::int64_t step);
    [[nodiscard]] bool waitOutHold(std::int64_t step);
    void enter(RunState state, const char* event, std::int64_t step);
    void stop(std::int64_t step);

    RunLink& m_link;
    const Communicator& m_communicator;
    StopRequested m_stop_requested;
    RunState m_state = RunState::Running;
    std::string m_command_id;  ///< rank 0: of the command that the coming edge is due to
};

}  // namespace wattline::trainer
