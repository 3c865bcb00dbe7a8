// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/simulation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>
#include <utility>

#include "telemetry/simulate/cost_model.h"
#include "telemetry/simulate/fleet.h"
#include "telemetry/simulate/sampler.h"

namespace wattline::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// A held rank looks for commands this often, as a trainer does.
constexpr milliseconds kHoldPause{20};
/// A signal is noticed within this time, however long a step is.
constexpr milliseconds kLongestSleep{100};
/// How often a publisher empties its ring unless it gathers several steps.
constexpr double kDrainPeriodS = 0.02;

std::int64_t toNs(double s) {
    return std::llround(s * 1e9);
}

nanoseconds drainPeriod(const Plan& plan) {
    const double step_s = 1.0 / plan.rate_hz;
    const double period_s = plan.steps_per_message > 1 ? plan.steps_per_message * step_s
                                                       : std::min(kDrainPeriodS, step_s);
    return nanoseconds(toNs(period_s));
}

std::string rankName(std::uint32_t rank) {
    return "rank " + std::to_string(rank);
}

}  // namespace

struct Simulation::Impl {
    Impl(const Plan& the_plan, const Clock& machine)
        : plan(the_plan), time(machine, plan.realtime), clocks(makeClocks(plan, time)), model(plan),
          sampler(plan, model) {}

    // Time passes: power is read, deaths come.
    [[nodiscard]] bool pass(double until_s, const CostModel::Activity& from, double lasts_s);
    [[nodiscard]] bool waitUntil(double s);
    void readPower(const CostModel::Activity& activity);
    // What a step does.
    [[nodiscard]] bool runStep(std::uint64_t step);
    void recordStep(std::uint64_t step);
    void evaluate(int epoch);
    // Commands.
    [[nodiscard]] bool steer();
    [[nodiscard]] RunState answer(const wire::Command& command);
    void hold();
    void enter(RunState state, const char* event);
    void say(wire::Event event);
    // Ends.
    [[nodiscard]] Ending endOfDeath();

    [[nodiscard]] VirtualRank& rankZero() { return *crew->ranks().front(); }
    [[nodiscard]] const NodeClock& clockOf(std::uint32_t rank) const {
        return *clocks[plan.nodeOf(rank)];
    }

    Plan plan;
    SimulatedTime time;
    std::vector<std::unique_ptr<NodeClock>> clocks;
    CostModel model;
    Sampler sampler;
    std::unique_ptr<Crew> crew;
    StepListener listener;
    const std::atomic<bool>* stop = nullptr;
    double now_s = 0.0;  ///< since the run began, holds included
    std::uint64_t step = 0;
    RunState state = RunState::Starting;
    std::string command_id;  ///< that led to the state
    bool signalled = false;
    std::optional<Death> death;
    std::size_t deaths_past = 0;
};

bool Simulation::Impl::waitUntil(double s) {
    time.advanceTo(toNs(s));
    for (;;) {
        if (*stop) {
            signalled = true;
            return false;
        }
        const nanoseconds left(toNs(s) - time.elapsedNs());
        if (left.count() <= 0) return true;
        std::this_thread::sleep_for(std::min<nanoseconds>(left, kLongestSleep));
    }
}

/// False when the run must end. `lasts_s`: of the step, for where in it a reading falls.
bool Simulation::Impl::pass(double until_s, const CostModel::Activity& from, double lasts_s) {
    const double begin_s = now_s;
    for (;;) {
        const bool may_die = deaths_past < plan.deaths.size();
        const double dies_s = may_die ? std::max(now_s, plan.deaths[deaths_past].at_s)
                                      : std::numeric_limits<double>::infinity();
        const double next_s = std::min({until_s, std::max(now_s, sampler.nextS()), dies_s});
        if (!waitUntil(next_s)) return false;
        now_s = next_s;
        if (dies_s <= next_s) {
            death = plan.deaths[deaths_past++];
            return false;
        }
        if (sampler.nextS() > next_s) return true;
        auto activity = from;
        if (lasts_s > 0.0) activity.share = (now_s - begin_s) / lasts_s;
        readPower(activity);
    }
}

void Simulation::Impl::readPower(const CostModel::Activity& activity) {
    const double at_s = now_s;
    sampler.read(activity, [&](std::uint32_t rank, PowerRecord record) {
        record.at_ns = clockOf(rank).at(toNs(at_s));
        // The first rank of a node samples all its devices.
        const auto reader = rank - rank % plan.ranksPerNode();
        crew->ranks()[reader]->queues().power.push(record);
    });
}

bool Simulation::Impl::runStep(std::uint64_t number) {
    const double seconds = model.stepSeconds(number);
    if (!pass(now_s + seconds, {number, 0.0}, seconds)) return false;
    recordStep(number);
    if (const int epoch = model.epochEndingWith(number); epoch > 0) evaluate(epoch);
    return steer();
}

void Simulation::Impl::recordStep(std::uint64_t number) {
    step = number;
    if (listener) listener(number, systemClock().monotonicNs());
    for (std::uint32_t rank = 0; rank < plan.ranks; ++rank) {
        auto record = model.record(rank, number);
        record.end_ns = clockOf(rank).at(toNs(now_s));
        crew->ranks()[rank]->queues().steps.push(record);
    }
    const auto gathered = static_cast<std::uint64_t>(plan.steps_per_message);
    if (!plan.realtime && number % gathered == 0) crew->turnAll();
}

void Simulation::Impl::evaluate(int epoch) {
    constexpr std::int64_t kValidationSamples = 50'000;
    const auto found = model.evaluation(epoch);
    wire::Event event;
    event.kind = "evaluated";
    event.epoch = epoch;
    event.loss = found.loss;
    event.top1_error = found.top1_error;
    event.top5_error = found.top5_error;
    event.samples = kValidationSamples;
    say(std::move(event));
}

void Simulation::Impl::say(wire::Event event) {
    event.mono_ns = clocks.front()->at(toNs(now_s));
    event.step = static_cast<std::int64_t>(step);
    rankZero().queues().events.push(std::move(event));
}

RunState Simulation::Impl::answer(const wire::Command& command) {
    const auto wanted = apply(command.kind, state);
    wire::Event event;
    event.kind = "command";
    event.command_id = command.id;
    event.command = name(command.kind);
    event.accepted = wanted.has_value();
    if (!wanted) event.reason = wanted.error().message;
    say(std::move(event));
    if (wanted && *wanted != state) command_id = command.id;
    return wanted.value_or(state);
}

bool Simulation::Impl::steer() {
    while (const auto command = rankZero().queues().commands.take()) {
        const auto wanted = answer(*command);
        if (wanted == RunState::Held) hold();
        if (wanted == RunState::Stopping) enter(RunState::Stopping, "stopping");
        if (state == RunState::Stopping || signalled || death) return false;
    }
    return true;
}

/// Until a command ends it, a signal, or a death.
void Simulation::Impl::hold() {
    enter(RunState::Held, "held");
    while (state == RunState::Held) {
        if (!plan.realtime) std::this_thread::sleep_for(kHoldPause);  // a person decides, not we
        const bool goes_on =
            pass(now_s + std::chrono::duration<double>(kHoldPause).count(), {}, 0.0);
        if (!plan.realtime) crew->turnAll();
        if (!goes_on) return;
        const auto command = rankZero().queues().commands.take();
        if (!command) continue;
        const auto wanted = answer(*command);
        if (wanted == RunState::Held) continue;
        enter(RunState::Running, "resumed");  // a stop ends the hold first, then the run
        if (wanted == RunState::Stopping) enter(RunState::Stopping, "stopping");
    }
}

void Simulation::Impl::enter(RunState next, const char* event) {
    state = next;
    for (const auto& rank : crew->ranks())
        rank->queues().state.store(next, std::memory_order_relaxed);
    wire::Event edge;
    edge.kind = event;
    edge.command_id = command_id;
    if (command_id.empty()) edge.text = "a signal asked for it";
    say(std::move(edge));
}

/// One rank that is gone ends them all: mpirun kills the others, none of which says goodbye.
Ending Simulation::Impl::endOfDeath() {
    for (const auto& rank : crew->ranks())
        rank->kill();
    const auto node = death->whole_node ? death->index : plan.nodeOf(death->index);
    Ending ending{"failed", 1, std::nullopt, std::nullopt, hostOf(node), {}};
    if (death->whole_node) {
        const auto first = node * plan.ranksPerNode();
        const auto last = std::min(plan.ranks, first + plan.ranksPerNode()) - 1;
        ending.reason = "node " + ending.host + " does not answer; " + rankName(first) + " to " +
                        std::to_string(last) + " are gone (simulated)";
        return ending;
    }
    ending.exit_code = 137;
    ending.signal = 9;
    ending.rank = static_cast<int>(death->index);
    ending.reason =
        rankName(death->index) + " on " + ending.host + " was killed by signal 9 (simulated)";
    return ending;
}

Simulation::Simulation(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Simulation::~Simulation() = default;

Result<std::unique_ptr<Simulation>> Simulation::open(const Plan& plan, const RunFolder& folder,
                                                     const MakeSink& make_sink,
                                                     const Clock& machine) {
    auto impl = std::make_unique<Impl>(plan, machine);
    auto ranks = openRanks(impl->plan, folder, make_sink, impl->time, impl->clocks);
    if (!ranks) return tl::unexpected(ranks.error());
    impl->crew = std::make_unique<Crew>(std::move(*ranks));
    return std::unique_ptr<Simulation>(new Simulation(std::move(impl)));
}

void Simulation::onStep(StepListener listener) {
    m_impl->listener = std::move(listener);
}

Result<Ending> Simulation::run(const std::atomic<bool>& stop) {
    auto& impl = *m_impl;
    impl.stop = &stop;
    // The first visit connects and syncs: thousands of those must not hold up the first steps.
    impl.crew->turnAll();
    impl.now_s = static_cast<double>(impl.time.elapsedNs()) / 1e9;  // opening took its time
    impl.sampler.startAt(impl.now_s);
    impl.state = RunState::Running;
    for (const auto& rank : impl.crew->ranks())
        rank->queues().state.store(RunState::Running, std::memory_order_relaxed);
    if (impl.plan.realtime) impl.crew->start(drainPeriod(impl.plan));
    const auto steps = impl.plan.steps();
    std::uint64_t number = 1;
    while (number <= steps && impl.runStep(number))
        ++number;
    if (impl.death) {
        auto ending = impl.endOfDeath();
        static_cast<void>(impl.crew->finish("failed"));
        return ending;
    }
    if (impl.signalled) {
        impl.command_id.clear();
        if (impl.state == RunState::Held) impl.enter(RunState::Running, "resumed");
        impl.enter(RunState::Stopping, "stopping");
    }
    Ending ending{
        impl.state == RunState::Stopping ? "stopped" : "finished", 0, {}, {}, hostOf(0), {}};
    if (auto finished = impl.crew->finish(ending.outcome); !finished)
        return tl::unexpected(finished.error());
    return ending;
}

Totals Simulation::totals() const {
    Totals sum;
    sum.steps = m_impl->step;
    for (const auto& rank : m_impl->crew->ranks()) {
        const auto& queues = rank->queues();
        sum.recorded += queues.steps.recorded() + queues.power.recorded();
        sum.dropped += queues.dropped();
        sum.journaled += queues.counters.journaled;
        sum.sent += queues.counters.sent;
        sum.unsent += queues.counters.unsent;
        sum.journal_errors += queues.counters.journal_errors;
    }
    return sum;
}

}  // namespace wattline::simulate
