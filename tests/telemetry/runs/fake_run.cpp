// SPDX-License-Identifier: Apache-2.0
#include "tests/telemetry/runs/fake_run.h"

#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

#include "telemetry/core/host.h"

namespace wattline::test {
namespace {

constexpr std::int64_t kStartMonoNs = 5'000'000'000'000;
constexpr std::int64_t kStartUnixNs = 1'795'000'000'000'000'000;

}  // namespace

PowerDevice sensor(const std::string& id, EnergyMethod method, double period_s) {
    PowerDevice device;
    device.id = id;
    device.label = id;
    device.kind = "gpu";
    device.scope = "board";
    device.sensor = "test";
    device.method = method;
    device.gain_low = 0.95;
    device.gain_high = 1.05;
    device.period_s = period_s;
    device.host = "n1";
    device.boot_id = "boot-1";
    return device;
}

FakeRank::FakeRank(const RunFolder& folder, wire::Hello hello) : m_hello(std::move(hello)) {
    auto journal = wire::JournalWriter::open(folder.journal(), m_hello.attempt, m_hello.rank);
    EXPECT_TRUE(journal) << journal.error().message;
    m_journal = std::move(*journal);
}

std::int64_t FakeRank::ns(double s) const {
    return kStartMonoNs + std::llround(s * 1e9);
}

wire::Envelope FakeRank::next(std::uint64_t count) {
    wire::Envelope envelope{m_hello.run, m_hello.attempt, m_hello.rank, m_sequence};
    m_sequence += count;
    return envelope;
}

void FakeRank::write(Frame frame) {
    EXPECT_TRUE(m_journal->append(frame));
    frames.push_back(std::move(frame));
}

void FakeRank::hello() {
    Frame frame;
    wire::appendJson(frame, wire::Kind::Hello, next(), wire::toJson(m_hello));
    write(std::move(frame));
}

void FakeRank::step(std::uint64_t number, double end_s, double loss, std::uint32_t samples,
                    double duration_s, std::uint32_t epoch) {
    StepRecord record;
    record.end_ns = ns(end_s);
    record.step = number;
    record.samples = samples;
    record.epoch = epoch;
    record.loss = loss;
    record.learning_rate = 0.1;
    record.duration_ns = std::llround(duration_s * 1e9);
    record.phase_ns[0] = std::llround(duration_s * 0.25e9);
    Frame frame;
    wire::appendSteps(frame, next(), std::span(&record, 1));
    write(std::move(frame));
}

void FakeRank::power(double at_s, double watts, std::uint32_t device) {
    PowerRecord record;
    record.at_ns = ns(at_s);
    record.device = device;
    record.power_w = watts;
    Frame frame;
    wire::appendPower(frame, next(), std::span(&record, 1));
    write(std::move(frame));
}

void FakeRank::counter(double at_s, double joules, std::uint32_t device) {
    PowerRecord record;
    record.at_ns = ns(at_s);
    record.device = device;
    record.counter_j = joules;
    Frame frame;
    wire::appendPower(frame, next(), std::span(&record, 1));
    write(std::move(frame));
}

void FakeRank::event(double at_s, const std::string& kind, wire::Event event) {
    event.mono_ns = ns(at_s);
    event.kind = kind;
    Frame frame;
    wire::appendJson(frame, wire::Kind::Event, next(), wire::toJson(event));
    write(std::move(frame));
}

void FakeRank::ended(double at_s, const std::string& outcome, std::int64_t dropped) {
    wire::Event event;
    event.outcome = outcome;
    event.dropped = dropped;
    event.record_ns_mean = 50.0;
    this->event(at_s, "ended", event);
}

Frame FakeRank::heartbeat(double at_s, std::uint64_t dropped) const {
    wire::Heartbeat beat;
    beat.mono_ns = ns(at_s);
    beat.last_sequence = records();
    beat.dropped = dropped;
    beat.state = "running";
    Frame frame;
    wire::appendJson(frame, wire::Kind::Heartbeat, {m_hello.run, m_hello.attempt, m_hello.rank, 0},
                     wire::toJson(beat));
    return frame;
}

void FakeRank::saveTally(std::uint64_t dropped) {
    wire::Heartbeat tally;
    tally.last_sequence = records();
    tally.dropped = dropped;
    tally.journal_error = "cannot write to the journal (No space left on device)";
    Frame frame;
    wire::appendJson(frame, wire::Kind::Heartbeat, {m_hello.run, m_hello.attempt, m_hello.rank, 0},
                     wire::toJson(tally));
    EXPECT_TRUE(m_journal->writeTally(frame));
}

FakeRun::FakeRun(int ranks, std::vector<PowerDevice> devices, const RunId& id)
    : m_folder{m_home.path() / id} {
    std::filesystem::create_directories(m_folder.journal());
    spec.id = id;
    spec.ranks = ranks;
    spec.lbs = 32;
    spec.gbs = 32 * ranks;
    spec.steps = 100;
    spec.created_unix_ns = clock.realtimeNs();
    EXPECT_TRUE(writeFileAtomically(m_folder.spec(), wire::toJson(spec)));
    for (int rank = 0; rank < ranks; ++rank) {
        wire::Hello hello;
        hello.run = id;
        hello.rank = static_cast<std::uint32_t>(rank);
        hello.world_size = static_cast<std::uint32_t>(ranks);
        hello.host = hostName();
        hello.boot_id = bootId();
        hello.pid = getpid();
        hello.started_mono_ns = kStartMonoNs;
        hello.started_unix_ns = kStartUnixNs + rank;  // each read UTC a little later
        hello.steps_planned = 100;
        hello.devices = devices;
        m_ranks.push_back(std::make_unique<FakeRank>(m_folder, hello));
        m_ranks.back()->hello();
    }
}

std::unique_ptr<RunHistory> FakeRun::open() const {
    auto history = RunHistory::open(m_folder, {RunHistory::Series::Kept, {}}, clock);
    EXPECT_TRUE(history) << history.error().message;
    return std::move(*history);
}

void FakeRun::ended(double at_s, const std::string& outcome) {
    for (auto& rank : m_ranks)
        rank->ended(at_s, outcome);
}

void FakeRun::writeExit(const std::string& json) const {
    EXPECT_TRUE(writeFileAtomically(m_folder.exitRecord(), json));
}

void send(RunHistory& history, const Frame& frame) {
    const auto view = wire::decode(frame);
    ASSERT_TRUE(view);
    history.ingest(*view);
}

}  // namespace wattline::test
