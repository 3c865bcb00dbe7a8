// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

using test::FakeRun;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

VerifyReport verify(const FakeRun& run) {
    const auto report = verifyRun(run.folder());
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(VerifyReport{});
}

void train(FakeRun& run, int steps) {
    for (int step = 1; step <= steps; ++step)
        for (std::size_t rank = 0; rank < run.size(); ++rank)
            run.rank(rank).step(static_cast<std::uint64_t>(step), step);
}

std::filesystem::path journalOf(const FakeRun& run, std::size_t rank) {
    return wire::listJournals(run.folder().journal()).at(rank).parts.front();
}

TEST(Verify, FindsNothingInACleanRun) {
    FakeRun run(2, {test::sensor("GPU-1", EnergyMethod::Integrated, 1.0)});
    for (int i = 0; i <= 10; ++i)
        run.rank(0).power(i, 100.0);
    train(run, 10);
    run.ended(11.0);
    ASSERT_TRUE(run.open()->saveSeries());
    const auto report = verify(run);
    EXPECT_THAT(report.findings, IsEmpty());
    EXPECT_EQ(report.records_expected, 2 * (1 + 10 + 1) + 11);
    EXPECT_EQ(report.records_stored, report.records_expected);
    EXPECT_EQ(report.records_lost, 0);
    EXPECT_FALSE(report.damaged);
}

TEST(Verify, RemarksOnTheTornTailOfAKilledRankAndCallsItsRunClean) {
    FakeRun run(2);
    train(run, 5);
    run.rank(0).ended(6.0, "failed");
    run.writeExit(R"({"exit_code": 137, "signal": 9, "rank": 1, "host": "n1", "reason": ""})");
    std::ofstream(journalOf(run, 1), std::ios::app | std::ios::binary) << "WLF1 and then nothing";
    const auto report = verify(run);
    EXPECT_EQ(report.records_lost, 0);
    EXPECT_EQ(report.torn_bytes, 21U);
    EXPECT_FALSE(report.damaged);
    EXPECT_THAT(report.findings, IsEmpty());
    EXPECT_THAT(report.remarks, Contains(HasSubstr("rank 1: its journal ends in 21 bytes")));
    EXPECT_THAT(report.remarks, Contains(HasSubstr("rank 1: no 'ended' record")));
}

TEST(Verify, FindsAJournalWithoutAnEndInARunThatFinished) {
    FakeRun run(2);
    train(run, 5);
    run.rank(0).ended(6.0);
    run.writeExit(R"({"exit_code": 0, "signal": null, "rank": null, "host": "n1", "reason": ""})");
    const auto report = verify(run);
    EXPECT_THAT(report.findings, Contains(HasSubstr("rank 1: no 'ended' record")));
    EXPECT_THAT(report.remarks, IsEmpty());
}

TEST(Verify, ReportsAMissingStretchAndDroppedRecordsAsLost) {
    FakeRun run(1);
    train(run, 3);
    run.rank(0).skipRecord();
    run.rank(0).skipRecord();
    run.rank(0).ended(4.0, "finished", 5);
    const auto report = verify(run);
    EXPECT_EQ(report.records_expected, 7 + 5);
    EXPECT_EQ(report.records_stored, 5);
    EXPECT_EQ(report.records_lost, 7);
    EXPECT_EQ(report.records_dropped, 5);
    EXPECT_THAT(report.findings, Contains(HasSubstr("rank 0: records 5 to 6 are missing")));
}

TEST(Verify, CountsARepeatedFrameOnce) {
    FakeRun run(1);
    train(run, 3);
    std::string first;
    {
        std::ifstream in(journalOf(run, 0), std::ios::binary);
        first.assign(std::istreambuf_iterator<char>(in), {});
    }
    std::ofstream(journalOf(run, 0), std::ios::app | std::ios::binary) << first;
    const auto report = verify(run);
    EXPECT_EQ(report.duplicates, 4);
    EXPECT_EQ(report.records_stored, 4);
    EXPECT_EQ(report.records_lost, 0);
    EXPECT_EQ(run.open()->summary().records_stored, 4);
}

TEST(Verify, ReportsAFlippedBitAsDamage) {
    FakeRun run(1);
    train(run, 10);
    run.ended(11.0);
    {
        std::fstream out(journalOf(run, 0), std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(-300, std::ios::end);
        out.put('\x55');
    }
    const auto report = verify(run);
    EXPECT_TRUE(report.damaged);
    EXPECT_THAT(report.findings, Contains(HasSubstr("damaged")));
}

TEST(Verify, ReportsAnAbsentRank) {
    FakeRun run(3);
    run.ended(1.0);
    std::filesystem::remove(journalOf(run, 2));
    EXPECT_THAT(verify(run).findings, Contains(HasSubstr("1 of 3 ranks of attempt 1 left no")));
}

TEST(Verify, ReportsARunThatEndedWithoutAnyJournal) {
    FakeRun run(2);
    run.writeExit(R"({"exit_code": 0, "signal": null, "rank": null, "host": "n1", "reason": ""})");
    std::filesystem::remove_all(run.folder().journal());
    EXPECT_THAT(verify(run).findings, Contains(HasSubstr("none of its 2 ranks left a journal")));
}

TEST(Verify, ReportsRecordsThatTheHubKnewOfAndNoJournalHas) {
    FakeRun run(1);
    train(run, 3);
    run.writeExit(R"({"exit_code": 1, "reason": "the disk of n1 failed"})");
    auto history = run.history();
    ASSERT_TRUE(history.heal());
    const auto before = run.rank(0).records();
    run.rank(0).skipRecord();
    run.rank(0).skipRecord();
    test::send(history, run.rank(0).heartbeat(4.0));
    ASSERT_TRUE(history.superviseNow());
    EXPECT_EQ(history.summary().records_lost, 2);
    ASSERT_TRUE(history.saveSeries());
    const auto report = verify(run);
    EXPECT_EQ(report.records_stored, static_cast<std::int64_t>(before));
    EXPECT_EQ(report.records_lost, 2);
    EXPECT_THAT(report.findings, Contains(HasSubstr("2 records that the hub knew of")));
}

TEST(Verify, CountsWhatAFullDiskKeptOutOfTheJournal) {
    FakeRun run(1);
    train(run, 3);
    run.rank(0).skipRecord();
    run.rank(0).skipRecord();
    run.rank(0).saveTally(5);
    const auto report = verify(run);
    EXPECT_EQ(report.records_stored, 4);
    EXPECT_EQ(report.records_expected, 6 + 5);
    EXPECT_EQ(report.records_lost, 7);
    EXPECT_THAT(report.findings, Contains(HasSubstr("rank 0: 2 records could not be written: "
                                                    "cannot write to the journal (No space")));
    // A hub that starts later knows it, too.
    const auto history = run.open();
    EXPECT_EQ(history->summary().records_expected, 6 + 5);
    EXPECT_EQ(history->summary().records_stored, 4);
}

TEST(Verify, CallsAJournalThatMendedClean) {
    FakeRun run(1);
    train(run, 3);
    run.rank(0).saveTally();
    run.ended(4.0);
    const auto report = verify(run);
    EXPECT_EQ(report.records_lost, 0);
    EXPECT_THAT(report.findings, IsEmpty());
}

TEST(Verify, KnowsNothingFromATallyThatIsNotWhole) {
    FakeRun run(1);
    train(run, 3);
    run.rank(0).skipRecord();
    run.rank(0).saveTally();
    const auto file = run.folder().journal() / "a0001-r00000.tally";
    ASSERT_TRUE(wire::readTally(run.folder().journal(), 1, 0));
    EXPECT_FALSE(wire::readTally(run.folder().journal(), 1, 1));
    {
        std::fstream tally(file, std::ios::in | std::ios::out | std::ios::binary);
        tally.seekp(100);
        tally << 'X';
    }
    EXPECT_FALSE(wire::readTally(run.folder().journal(), 1, 0));
    std::filesystem::resize_file(file, 60);
    EXPECT_FALSE(wire::readTally(run.folder().journal(), 1, 0));
    std::filesystem::resize_file(file, 0);
    EXPECT_EQ(verify(run).records_lost, 0);
}

TEST(Verify, ReportsSeriesThatAreNotTheJournals) {
    FakeRun run(1), other(1);
    for (int step = 1; step <= 10; ++step) {
        run.rank(0).step(static_cast<std::uint64_t>(step), step, 1.0);
        other.rank(0).step(static_cast<std::uint64_t>(step), step, step == 8 ? 17.0 : 1.0);
    }
    run.ended(11.0);
    other.ended(11.0);
    ASSERT_TRUE(other.open()->saveSeries());
    std::filesystem::copy(other.folder().series(), run.folder().series());
    const auto findings = verify(run).findings;
    EXPECT_THAT(findings, Contains(HasSubstr("series/steps differ from the journal in row 7")));
    EXPECT_THAT(findings, Contains(HasSubstr("series/ranks-1 differ from the journal in row 7")));
    EXPECT_THAT(findings, Contains(HasSubstr("wattline rebuild")));
}

TEST(Verify, ReportsADamagedSlot) {
    FakeRun run(1);
    train(run, 3000);
    run.ended(3001.0);
    ASSERT_TRUE(run.open()->saveSeries());
    EXPECT_THAT(verify(run).findings, IsEmpty());
    {
        std::fstream out(run.folder().series() / "steps.0.wls",
                         std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(4096 + 1000);
        out.put('X');
    }
    EXPECT_THAT(verify(run).findings, Contains(HasSubstr("steps.0.wls is damaged")));
}

TEST(Verify, RefusesAFolderThatIsNoRun) {
    test::TemporaryFolder empty;
    const auto report = verifyRun({empty.path()});
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("run.json"));
}

}  // namespace
}  // namespace wattline
