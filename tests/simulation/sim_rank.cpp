// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_rank.h"

#include <utility>

namespace wattline::sim {

SimRank::SimRank(RankPlan plan, std::unique_ptr<Clock> clock, SimDisk& disk, SimNetwork& network,
                 const std::int64_t& now_ns)
    : m_plan(std::move(plan)), m_clock(std::move(clock)), m_network(network), m_now_ns(now_ns) {
    process.host = m_plan.host;
    process.on_death = [this] { note(); };
    process.on_send = [this](std::span<const std::byte> bytes) {
        const auto frame = wire::decode(bytes);
        if (!frame || !frame->sequenced() || !m_queues) return;
        const auto last = frame->envelope.first_sequence + frame->count - 1;
        truth.sent_too_early = truth.sent_too_early || last > m_queues->counters.journaled;
    };
    m_files = disk.view(process);
}

void SimRank::note() {
    truth.end_ns = m_now_ns;
    if (!m_queues) return;
    truth.dropped = m_queues->dropped();
    truth.journaled = m_queues->counters.journaled;
    truth.numbered = m_outbox->lastSequence();
}

bool SimRank::start() {
    PublisherOptions options;
    options.run_folder = m_plan.run_folder;
    options.hello = m_plan.hello;
    options.fsync_period_ms = m_plan.fsync_period_ms;
    options.takes_commands = m_plan.hello.rank == 0;
    options.files = m_files.get();
    auto journal = wire::JournalWriter::open(m_plan.run_folder / "journal", m_plan.hello.attempt,
                                             m_plan.hello.rank, m_plan.part_bytes, *m_files);
    if (!journal || process.dead) return false;
    m_queues = std::make_unique<PublisherQueues>(m_plan.ring_records, *m_clock);
    auto outbox = std::make_unique<Outbox>(m_plan.hello, std::move(*journal),
                                           m_network.open(process), *m_clock, m_queues->counters);
    m_outbox = outbox.get();
    outbox->addHello(m_plan.hello);
    if (!outbox->flushNow() || process.dead) return false;
    m_loop = std::make_unique<PublisherLoop>(options, *m_queues, std::move(outbox), *m_clock);
    return true;
}

void SimRank::step(std::uint64_t number) {
    StepRecord record;
    record.end_ns = m_clock->monotonicNs();
    record.step = number;
    record.samples = 32;
    record.epoch = 1 + static_cast<std::uint32_t>(number / 100);
    record.loss = 1.0 / static_cast<double>(number) + 0.001 * m_plan.hello.rank;
    record.duration_ns = 50 * kMilli;
    const auto before = m_queues->steps.recorded();
    m_queues->steps.push(record);
    ++truth.pushed;
    if (m_queues->steps.recorded() > before) truth.steps.push_back(record);
}

void SimRank::power(double watts) {
    PowerRecord record;
    record.at_ns = m_clock->monotonicNs();
    record.power_w = watts;
    const auto before = m_queues->power.recorded();
    m_queues->power.push(record);
    ++truth.pushed;
    if (m_queues->power.recorded() > before) truth.power.push_back(record);
}

void SimRank::say(const std::string& kind, const std::string& text) {
    wire::Event event;
    event.mono_ns = m_clock->monotonicNs();
    event.step = truth.steps.empty() ? 0 : static_cast<std::int64_t>(truth.steps.back().step);
    event.kind = kind;
    event.text = text;
    m_queues->events.push(std::move(event));
}

std::optional<wire::Command> SimRank::takeCommand() {
    auto command = m_queues->commands.take();
    if (!command) return std::nullopt;
    truth.commands_taken.push_back(command->id);
    wire::Event answer;
    answer.mono_ns = m_clock->monotonicNs();
    answer.kind = "command";
    answer.command_id = command->id;
    answer.command = name(command->kind);
    answer.accepted = true;
    m_queues->events.push(std::move(answer));
    return command;
}

void SimRank::turn() {
    if (m_loop && !process.dead && m_now_ns >= process.blocked_until_ns) m_loop->turn();
}

void SimRank::endInOrder(const std::string& outcome) {
    if (!m_loop || process.dead) return;
    const auto finished = m_loop->finish(outcome, 0);
    if (process.dead) return;
    truth.ended_in_order = finished.has_value();
    process.die();
}

void SimRank::bury() {
    m_loop.reset();
    m_outbox = nullptr;
}

}  // namespace wattline::sim
