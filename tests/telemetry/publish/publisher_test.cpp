// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/publisher.h"

#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/core/workspace.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/publish/fake_sink.h"
#include "tests/telemetry/publish/publish_fixture.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::eventually;
using testing::HasSubstr;
using wire::Kind;

class PublisherTest : public testing::Test {
protected:
    std::unique_ptr<Publisher> open(PublisherOptions options = {}) {
        options.run_folder = m_folder.path();
        if (options.hello.run.empty()) options.hello = test::helloOf();
        auto publisher =
            Publisher::open(options, std::make_unique<test::FakeSink>(m_script), systemClock());
        EXPECT_TRUE(publisher) << publisher.error().message;
        return publisher ? std::move(*publisher) : nullptr;
    }

    test::TemporaryFolder m_folder;
    std::shared_ptr<test::SinkScript> m_script = std::make_shared<test::SinkScript>();
};

TEST_F(PublisherTest, JournalsHelloRecordsEventsAndTheEndInOneSequence) {
    auto publisher = open();
    for (std::uint64_t step = 1; step <= 10; ++step)
        publisher->record(test::stepRecord(step));
    PowerRecord power;
    power.power_w = 42.0;
    publisher->recordPower(power);
    wire::Event event;
    event.kind = "held";
    publisher->event(event);
    ASSERT_TRUE(publisher->close("finished"));

    const auto journal = test::readJournalOf(m_folder.path());
    ASSERT_GE(journal.kinds.size(), 2U);
    EXPECT_EQ(journal.kinds[0], Kind::Clock);
    EXPECT_EQ(journal.kinds[1], Kind::Hello);
    EXPECT_TRUE(test::countsUpFromOne(journal.sequences));
    EXPECT_EQ(journal.sequences.size(), 1U + 10 + 1 + 1 + 1);
    EXPECT_EQ(journal.steps.size(), 10U);
    EXPECT_TRUE(test::countsUpFromOne(journal.steps));
    ASSERT_EQ(journal.power.size(), 1U);
    EXPECT_EQ(journal.power[0].power_w, 42.0);
    ASSERT_EQ(journal.events.size(), 2U);
    EXPECT_EQ(journal.events[0].kind, "held");
    EXPECT_GT(journal.events[0].mono_ns, 0);
    EXPECT_EQ(journal.events[1].kind, "ended");
    EXPECT_EQ(journal.events[1].outcome, "finished");
    EXPECT_EQ(journal.events[1].dropped, 0);
    EXPECT_GT(journal.events[1].record_ns_mean.value_or(0.0), 0.0);
    EXPECT_EQ(publisher->stats().journaled, journal.sequences.size());
}

TEST_F(PublisherTest, SendsTheBytesThatItJournaledAndAHeartbeat) {
    auto publisher = open();
    publisher->setState(RunState::Running);
    publisher->record(test::stepRecord(1));
    ASSERT_TRUE(publisher->close("finished"));
    std::vector<std::byte> sent;
    std::optional<wire::Heartbeat> beat;
    for (const auto& bytes : m_script->sent()) {
        const auto frame = wire::decode(bytes);
        ASSERT_TRUE(frame);
        if (frame->kind == Kind::Heartbeat)
            beat = wire::parseHeartbeat(frame->json()).value();
        else
            sent.insert(sent.end(), bytes.begin(), bytes.end());
    }
    const auto file = readFile(m_folder.path() / "journal/a0001-r00000-0000.wlj");
    ASSERT_TRUE(file);
    EXPECT_EQ(sent.size(), file->size());
    EXPECT_EQ(std::memcmp(sent.data(), file->data(), sent.size()), 0);
    ASSERT_TRUE(beat);
    EXPECT_EQ(beat->last_sequence, 3U);  // hello, step, ended
    EXPECT_EQ(beat->step, 1);
    EXPECT_EQ(beat->state, "running");
}

TEST_F(PublisherTest, AFullRingDropsTheNewestAndCountsIt) {
    PublisherOptions options;
    options.ring_records = 8;
    options.drain_period_ms = 600'000;  // after its first turn the publisher sleeps
    auto publisher = open(options);
    ASSERT_TRUE(eventually([&] { return !m_script->sent().empty(); }));
    // The heartbeat ended the first turn's draining; its sleep has begun or is about to.
    for (std::uint64_t step = 1; step <= 20; ++step)
        publisher->record(test::stepRecord(step));
    EXPECT_EQ(publisher->stats().recorded, 8U);
    EXPECT_EQ(publisher->stats().dropped, 12U);
    ASSERT_TRUE(publisher->close("stopped"));
    const auto journal = test::readJournalOf(m_folder.path());
    EXPECT_EQ(journal.steps.size(), 8U);
    EXPECT_TRUE(test::countsUpFromOne(journal.steps));
    EXPECT_EQ(journal.events.back().dropped, 12);
}

TEST_F(PublisherTest, AnEventNeverPrecedesAStepThatWasRecordedBeforeIt) {
    PublisherOptions options;
    options.drain_period_ms = 1;
    auto publisher = open(options);
    constexpr int kEvents = 300;
    std::uint64_t step = 0;
    for (int i = 0; i < kEvents; ++i) {
        publisher->record(test::stepRecord(++step));
        wire::Event event;
        event.kind = "evaluated";
        event.step = static_cast<std::int64_t>(step);
        publisher->event(event);
    }
    ASSERT_TRUE(publisher->close("finished"));
    const auto streams = wire::listJournals(m_folder.path() / "journal");
    wire::JournalPosition start;
    std::int64_t last_step = 0;
    int events = 0;
    ASSERT_TRUE(wire::readJournal(streams.at(0), start, [&](const wire::FrameView& frame) {
        if (frame.kind == Kind::Steps)
            last_step = static_cast<std::int64_t>(frame.step(frame.count - 1).step);
        if (frame.kind != Kind::Event) return;
        const auto event = wire::parseEvent(frame.json()).value();
        if (event.kind != "evaluated") return;
        EXPECT_GE(last_step, event.step);
        ++events;
    }));
    EXPECT_EQ(events, kEvents);
}

TEST_F(PublisherTest, CommandsArriveOverTheSocketAndThroughTheFolderEachOnce) {
    PublisherOptions options;
    options.takes_commands = true;
    auto publisher = open(options);
    const auto frame = [](const std::string& run, const std::string& id) {
        test::SinkScript::Bytes bytes;
        wire::appendJson(bytes, Kind::Command, {run, 1, 0, 0},
                         wire::toJson(wire::Command{id, CommandKind::Hold}));
        return bytes;
    };
    m_script->arrive(frame("another-run", "not-ours"));
    m_script->arrive(frame(test::helloOf().run, "c-1"));
    std::optional<wire::Command> command;
    ASSERT_TRUE(eventually([&] { return (command = publisher->takeCommand()).has_value(); }));
    EXPECT_EQ(command->id, "c-1");

    fs::create_directory(m_folder.path() / "control");
    for (const char* id : {"c-1", "c-2"})
        ASSERT_TRUE(writeFileAtomically(m_folder.path() / "control" / (std::string(id) + ".json"),
                                        wire::toJson(wire::Command{id, CommandKind::Resume})));
    ASSERT_TRUE(eventually([&] { return (command = publisher->takeCommand()).has_value(); }));
    EXPECT_EQ(command->id, "c-2");
    EXPECT_FALSE(publisher->takeCommand());
    EXPECT_TRUE(publisher->close("finished"));
}

TEST_F(PublisherTest, ACommandThatNobodyUnderstandsIsAnsweredInTheJournal) {
    PublisherOptions options;
    options.takes_commands = true;
    auto publisher = open(options);
    fs::create_directory(m_folder.path() / "control");
    ASSERT_TRUE(writeFileAtomically(m_folder.path() / "control/c-9.json",
                                    R"({"id": "c-9", "command": "explode"})"));
    ASSERT_TRUE(eventually([&] { return !test::readJournalOf(m_folder.path()).events.empty(); }));
    const auto answer = test::readJournalOf(m_folder.path()).events.front();
    EXPECT_EQ(answer.command_id, "c-9");
    EXPECT_EQ(answer.accepted, false);
    EXPECT_THAT(answer.reason, HasSubstr("explode"));
    EXPECT_FALSE(publisher->takeCommand());
    EXPECT_TRUE(publisher->close("finished"));
}

TEST_F(PublisherTest, WhatTheSinkRefusesIsJournaledAndCountedAsUnsent) {
    m_script->accepts = false;
    auto publisher = open();
    publisher->record(test::stepRecord(1));
    ASSERT_TRUE(publisher->close("finished"));
    EXPECT_EQ(test::readJournalOf(m_folder.path()).steps.size(), 1U);
    EXPECT_EQ(publisher->stats().sent, 0U);
    EXPECT_EQ(publisher->stats().unsent, publisher->stats().journaled);
}

TEST_F(PublisherTest, APublisherThatIsNotClosedEndsAsFailed) {
    { auto publisher = open(); }
    const auto journal = test::readJournalOf(m_folder.path());
    ASSERT_FALSE(journal.events.empty());
    EXPECT_EQ(journal.events.back().outcome, "failed");
}

TEST_F(PublisherTest, RefusesAStreamItCannotNameAndOneThatExists) {
    PublisherOptions options;
    options.run_folder = m_folder.path();
    options.hello = test::helloOf();
    options.hello.run = "../elsewhere";
    const auto bad = Publisher::open(options, std::make_unique<NullSink>(), systemClock());
    ASSERT_FALSE(bad);
    EXPECT_THAT(bad.error().message, HasSubstr("../elsewhere"));

    { auto publisher = open(); }
    options.hello = test::helloOf();
    const auto again = Publisher::open(options, std::make_unique<NullSink>(), systemClock());
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("new attempt"));
}

TEST_F(PublisherTest, TrainingSamplerAndObserversMayWorkAtTheSameTime) {
    PublisherOptions options;
    options.drain_period_ms = 1;
    options.takes_commands = true;
    auto publisher = open(options);
    constexpr std::uint64_t kCount = 20'000;
    {
        std::jthread training([&] {
            for (std::uint64_t step = 1; step <= kCount; ++step) {
                publisher->record(test::stepRecord(step));
                static_cast<void>(publisher->takeCommand());
            }
        });
        std::jthread sampler([&] {
            for (std::uint64_t i = 0; i < kCount; ++i)
                publisher->recordPower({});
        });
        std::jthread observer([&] {
            for (int i = 0; i < 200; ++i) {
                publisher->setState(i % 2 == 0 ? RunState::Running : RunState::Held);
                static_cast<void>(publisher->stats());
                wire::Event event;
                event.kind = "held";
                publisher->event(event);
            }
        });
    }
    ASSERT_TRUE(publisher->close("finished"));
    const auto journal = test::readJournalOf(m_folder.path());
    EXPECT_TRUE(test::countsUpFromOne(journal.sequences));
    EXPECT_TRUE(test::countsUpFromOne(journal.steps));
    EXPECT_EQ(journal.steps.size(), kCount);
    EXPECT_EQ(journal.power.size(), kCount);
    EXPECT_EQ(journal.sequences.size(), 2 * kCount + 200 + 2);
}

}  // namespace
}  // namespace wattline
