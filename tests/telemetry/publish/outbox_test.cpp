// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/outbox.h"

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

class OutboxTest : public testing::Test {
protected:
    OutboxTest() {
        const auto hello = test::helloOf();
        m_outbox = std::make_unique<Outbox>(
            hello, wire::JournalWriter::open(m_folder.path() / "journal", 1, 0).value(),
            std::make_unique<test::FakeSink>(m_script), m_clock, m_counters);
        m_outbox->addHello(hello);
        m_outbox->flush();
    }
    void addStep(std::uint64_t step) {
        const auto record = test::stepRecord(step);
        m_outbox->addSteps(std::span(&record, 1));
    }
    std::uintmax_t journalBytes() const {
        return std::filesystem::file_size(m_folder.path() / "journal/a0001-r00000-0000.wlj");
    }
    test::JournalContents journal() const { return test::readJournalOf(m_folder.path()); }

    test::TemporaryFolder m_folder;
    test::FakeClock m_clock;
    Outbox::Counters m_counters;
    std::shared_ptr<test::SinkScript> m_script = std::make_shared<test::SinkScript>();
    std::unique_ptr<Outbox> m_outbox;
};

TEST_F(OutboxTest, WritesAClockFrameAtTheStartAndEveryMinuteWithRecords) {
    const auto clocks = [&] { return std::ranges::count(journal().kinds, Kind::Clock); };
    EXPECT_EQ(clocks(), 1);
    m_clock.advance(59'000'000'000);
    addStep(1);
    m_outbox->flush();
    EXPECT_EQ(clocks(), 1);
    m_clock.advance(1'000'000'000);
    addStep(2);
    m_outbox->flush();
    EXPECT_EQ(clocks(), 2);
}

TEST_F(OutboxTest, NothingIsSentOrCountedBeforeTheJournalHasIt) {
    const auto sent = m_script->sent().size();
    const test::FileSizeLimit full(journalBytes() + 20);
    addStep(1);
    m_outbox->flush();
    EXPECT_EQ(m_script->sent().size(), sent);
    EXPECT_EQ(m_counters.journaled, 1U);  // the hello
    EXPECT_EQ(m_counters.journal_errors, 1U);
    EXPECT_EQ(m_outbox->pendingRecords(), 1U);
    EXPECT_EQ(m_outbox->lastSequence(), 2U);
}

TEST_F(OutboxTest, AfterAFullDiskEveryRecordArrivesOnceAndOneEventTellsOfIt) {
    testing::internal::CaptureStderr();
    {
        const test::FileSizeLimit full(journalBytes() + 20);
        for (std::uint64_t step = 1; step <= 5; ++step) {
            addStep(step);
            m_outbox->flush();
            m_clock.advance(1'000'000'000);
        }
    }
    const auto said = testing::internal::GetCapturedStderr();
    EXPECT_THAT(said, HasSubstr("free some space"));
    EXPECT_EQ(std::ranges::count(said, '\n'), 1);
    m_clock.advance(10'000'000'000);
    m_outbox->flush();

    const auto contents = journal();
    EXPECT_TRUE(test::countsUpFromOne(contents.sequences));
    EXPECT_EQ(contents.steps.size(), 5U);
    EXPECT_TRUE(test::countsUpFromOne(contents.steps));
    ASSERT_EQ(contents.events.size(), 1U);
    EXPECT_EQ(contents.events[0].kind, "journal");
    EXPECT_EQ(m_outbox->pendingRecords(), 0U);
}

TEST_F(OutboxTest, AJournalThatRefusesIsTriedEverMoreRarely) {
    testing::internal::CaptureStderr();
    const test::FileSizeLimit full(journalBytes() + 20);
    addStep(1);
    for (int i = 0; i < 60'000; i += 20) {  // one minute in turns of 20 ms
        m_outbox->flush();
        m_clock.advance(20'000'000);
    }
    static_cast<void>(testing::internal::GetCapturedStderr());
    // 0.1 + 0.2 + ... + 3.2 s, then every 5 s.
    EXPECT_GE(m_counters.journal_errors, 10U);
    EXPECT_LE(m_counters.journal_errors, 20U);
}

TEST_F(OutboxTest, TheBacklogHasALimitAndSaysSo) {
    testing::internal::CaptureStderr();
    const test::FileSizeLimit full(journalBytes() + 20);
    const std::vector<StepRecord> batch(4096);
    int batches = 0;
    for (; !m_outbox->full() && batches < 1000; ++batches) {
        m_outbox->addSteps(batch);
        m_outbox->flush();
    }
    static_cast<void>(testing::internal::GetCapturedStderr());
    // Ten minutes at 100 steps/s are 60,000 records.
    EXPECT_GT(batches * 4096, 60'000);
    EXPECT_LT(batches, 1000);
}

}  // namespace
}  // namespace wattline
