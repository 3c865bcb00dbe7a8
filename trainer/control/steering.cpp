// SPDX-License-Identifier: Apache-2.0
#include "trainer/control/steering.h"

#include <array>
#include <chrono>

namespace wattline::trainer {
namespace {

// A held rank looks this often: soon enough for a person, under 1 % of a core.
constexpr std::chrono::milliseconds kHoldPause{20};

Decision decisionFor(RunState wanted) {
    switch (wanted) {
    case RunState::Held:
        return Decision::Hold;
    case RunState::Running:
        return Decision::Resume;
    case RunState::Stopping:
        return Decision::Stop;
    default:
        return Decision::None;
    }
}

bool stops(const StepVote& sum) {
    return sum.decision == Decision::Stop || sum.stop_requests > 0;
}

}  // namespace

Steering::Steering(RunLink& link, const Communicator& communicator, StopRequested stop_requested)
    : m_link(link), m_communicator(communicator), m_stop_requested(std::move(stop_requested)) {
    m_link.setState(m_state);
}

void Steering::propose(StepVote& vote, std::int64_t step) {
    vote.stop_requests = m_stop_requested() ? 1 : 0;
    vote.decision = Decision::None;
    m_command_id.clear();
    if (m_communicator.rank() != 0) return;
    while (vote.decision == Decision::None) {
        const auto command = m_link.takeCommand();
        if (!command) return;
        vote.decision = answer(*command, step);
    }
}

Decision Steering::answer(const wire::Command& command, std::int64_t step) {
    const auto wanted = apply(command.kind, m_state);
    wire::Event event;
    event.step = step;
    event.kind = "command";
    event.command_id = command.id;
    event.command = name(command.kind);
    event.accepted = wanted.has_value();
    if (!wanted) event.reason = wanted.error().message;
    m_link.event(std::move(event));
    if (!wanted || *wanted == m_state) return Decision::None;
    m_command_id = command.id;
    return decisionFor(*wanted);
}

bool Steering::act(const StepVote& sum, std::int64_t step) {
    if (stops(sum)) {
        stop(step);
        return false;
    }
    return sum.decision == Decision::Hold ? waitOutHold(step) : true;
}

// The same vote as in a step, in rounds of its own; between looks every rank sleeps.
bool Steering::waitOutHold(std::int64_t step) {
    enter(RunState::Held, "held", step);
    for (;;) {
        StepVote vote;
        propose(vote, step);
        std::array<float, kVoteFloats> floats{};
        writeVote(vote, floats);
        m_communicator.sumSleeping(floats, kHoldPause);
        const auto sum = readVote(floats);
        if (!stops(sum) && sum.decision != Decision::Resume) continue;
        enter(RunState::Running, "resumed", step);  // a stop ends the hold first, then the run
        if (stops(sum)) stop(step);
        return !stops(sum);
    }
}

void Steering::stop(std::int64_t step) {
    enter(RunState::Stopping, "stopping", step);
}

void Steering::enter(RunState state, const char* event, std::int64_t step) {
    m_state = state;
    m_link.setState(state);
    if (m_communicator.rank() != 0) return;
    wire::Event edge;
    edge.step = step;
    edge.kind = event;
    edge.command_id = m_command_id;
    if (m_command_id.empty()) edge.text = "a signal asked for it";
    m_link.event(std::move(edge));
}

}  // namespace wattline::trainer
