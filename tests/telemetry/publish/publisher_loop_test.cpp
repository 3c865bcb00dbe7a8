// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/publisher_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/publish/fake_sink.h"
#include "tests/telemetry/publish/publish_fixture.h"

namespace wattline {
namespace {

using testing::HasSubstr;
using wire::Kind;

/// The publisher's work without its thread: time and turns belong to the test.
class PublisherLoopTest : public testing::Test {
protected:
    PublisherLoopTest() {
        PublisherOptions options;
        options.run_folder = m_folder.path();
        options.hello = test::helloOf();
        auto outbox = std::make_unique<Outbox>(
            options.hello, wire::JournalWriter::open(m_folder.path() / "journal", 1, 0).value(),
            std::make_unique<test::FakeSink>(m_script), m_clock, m_queues.counters);
        outbox->addHello(options.hello);
        m_loop = std::make_unique<PublisherLoop>(options, m_queues, std::move(outbox), m_clock);
    }
    std::vector<wire::Heartbeat> heartbeats() const {
        std::vector<wire::Heartbeat> beats;
        for (const auto& bytes : m_script->sent())
            if (const auto frame = wire::decode(bytes); frame && frame->kind == Kind::Heartbeat)
                beats.push_back(wire::parseHeartbeat(frame->json()).value());
        return beats;
    }

    test::TemporaryFolder m_folder;
    test::FakeClock m_clock;
    PublisherQueues m_queues{1 << 14, m_clock};
    std::shared_ptr<test::SinkScript> m_script = std::make_shared<test::SinkScript>();
    std::unique_ptr<PublisherLoop> m_loop;
};

TEST_F(PublisherLoopTest, AHeartbeatGoesOutOnceASecondAndIsNotJournaled) {
    for (int i = 0; i < 151; ++i) {  // three seconds in turns of 20 ms
        m_loop->turn();
        m_clock.advance(20'000'000);
    }
    EXPECT_EQ(heartbeats().size(), 4U);
    EXPECT_EQ(std::ranges::count(test::readJournalOf(m_folder.path()).kinds, Kind::Heartbeat), 0);
}

TEST_F(PublisherLoopTest, AHeartbeatAccountsForEveryRecord) {
    for (std::uint64_t step = 1; step <= (1 << 14) + 3; ++step)
        m_queues.steps.push(test::stepRecord(step));
    m_loop->turn();
    const auto beat = heartbeats().back();
    EXPECT_EQ(beat.last_sequence, (1U << 14) + 1);  // and the hello
    EXPECT_EQ(beat.dropped, 3U);
    EXPECT_EQ(beat.step, 1 << 14);
}

TEST_F(PublisherLoopTest, AFrameHoldsAtMost4096Records) {
    for (std::uint64_t step = 1; step <= 10'000; ++step)
        m_queues.steps.push(test::stepRecord(step));
    m_loop->turn();
    const auto journal = test::readJournalOf(m_folder.path());
    EXPECT_EQ(journal.steps.size(), 10'000U);
    EXPECT_EQ(std::ranges::count(journal.kinds, Kind::Steps), 3);
}

TEST_F(PublisherLoopTest, AJournalThatNeverMendsEndsInASentenceThatCountsTheLoss) {
    m_loop->turn();
    const auto file = m_folder.path() / "journal/a0001-r00000-0000.wlj";
    const test::FileSizeLimit full(std::filesystem::file_size(file) + 10);
    for (std::uint64_t step = 1; step <= 7; ++step)
        m_queues.steps.push(test::stepRecord(step));
    const auto finished = m_loop->finish("finished", 1);
    ASSERT_FALSE(finished);
    EXPECT_THAT(finished.error().message, HasSubstr("the last 8 records of rank 0 are lost"));
    EXPECT_THAT(finished.error().message, HasSubstr("free some space"));
    const auto tally = wire::readTally(m_folder.path() / "journal", 1, 0);
    ASSERT_TRUE(tally);
    EXPECT_EQ(tally->last_sequence, 1U + 7 + 1);
    EXPECT_THAT(tally->journal_error, HasSubstr("cannot write to the journal"));
}

TEST_F(PublisherLoopTest, TheTallySaysNothingWhileTheJournalTakesEverything) {
    m_queues.steps.push(test::stepRecord(1));
    m_loop->turn();
    ASSERT_TRUE(m_loop->finish("finished", 1));
    EXPECT_FALSE(wire::readTally(m_folder.path() / "journal", 1, 0));
}

TEST_F(PublisherLoopTest, ARankThatIsKilledWithAFullDiskLeavesItsCountFromASecondAgo) {
    m_loop->turn();
    const auto file = m_folder.path() / "journal/a0001-r00000-0000.wlj";
    const test::FileSizeLimit full(std::filesystem::file_size(file) + 10);
    for (std::uint64_t step = 1; step <= 150; ++step) {  // three seconds
        m_queues.steps.push(test::stepRecord(step));
        m_loop->turn();
        m_clock.advance(20'000'000);
    }
    const auto tally = wire::readTally(m_folder.path() / "journal", 1, 0);
    ASSERT_TRUE(tally);
    EXPECT_GE(tally->last_sequence, 1U + 100);
    EXPECT_LE(tally->last_sequence, 1U + 150);
}

}  // namespace
}  // namespace wattline
