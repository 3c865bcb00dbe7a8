// SPDX-License-Identifier: Apache-2.0
// Series outlive their process, are made again when they are of no use, and never mix.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "tests/support/file_size_limit.h"
#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::FakeRun;
using testing::HasSubstr;
using testing::IsEmpty;

/// Steps [first, last] of every rank, one a second, with losses that tell rank and step.
void train(FakeRun& run, int first, int last) {
    for (int step = first; step <= last; ++step) {
        run.rank(0).power(step, 100.0 + step % 7);
        for (std::size_t rank = 0; rank < run.size(); ++rank)
            run.rank(rank).step(static_cast<std::uint64_t>(step), step,
                                step + 0.1 * static_cast<double>(rank));
    }
}

const std::vector<PowerDevice> kSensors{test::sensor("GPU-1", EnergyMethod::Integrated, 1.0)};

SeriesColumns ask(RunHistory& history, const std::string& series, Axis axis = Axis::Step,
                  int columns = 10'000) {
    SeriesQuery query;
    query.series = series;
    query.axis = axis;
    query.columns = columns;
    const auto found = history.query(query);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(SeriesColumns{});
}

std::unique_ptr<RunHistory> openAs(const FakeRun& run, RunHistory::Series series) {
    auto history = RunHistory::open(run.folder(), {series, {}}, run.clock);
    EXPECT_TRUE(history) << history.error().message;
    return std::move(*history);
}

/// The figures and series of this history are those of the journals alone.
void expectAsTheJournalsSay(const FakeRun& run, RunHistory& history) {
    const auto clean = openAs(run, RunHistory::Series::Private);
    EXPECT_EQ(wire::toJson(history.summary(), 1), wire::toJson(clean->summary(), 1));
    for (const auto* series : {"loss", "energy", "power/GPU-1", "rank/1/loss"}) {
        const auto a = ask(history, series, Axis::Time), b = ask(*clean, series, Axis::Time);
        EXPECT_EQ(a.x, b.x) << series;
        EXPECT_EQ(a.min, b.min) << series;
    }
}

void overwrite(const fs::path& file, std::streamoff at, const std::string& bytes) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(at);
    out << bytes;
}

TEST(SeriesState, ARunIsOpenWithoutItsJournalsBeingRead) {
    FakeRun run(2, kSensors);
    train(run, 1, 50);
    run.ended(51.0);
    const auto before = wire::toJson(run.open()->summary(), 1);
    ASSERT_TRUE(run.open()->saveSeries());
    // Whoever reads these journals finds nothing in them any more.
    for (const auto& journal : wire::listJournals(run.folder().journal()))
        overwrite(journal.parts.front(), 0, std::string(1000, 'X'));
    const auto history = run.open();
    EXPECT_EQ(wire::toJson(history->summary(), 1), before);
    EXPECT_EQ(ask(*history, "loss").x.size(), 50U);
    EXPECT_EQ(ask(*history, "rank/1/loss").mean.at(49), 50.1);
    EXPECT_THAT(history->remark(), IsEmpty());
}

TEST(SeriesState, AHubGoesOnWhereTheLastOneStoppedAtAnyMoment) {
    for (const int stopped_at : {1, 7, 30, 1500, 2600}) {
        SCOPED_TRACE(stopped_at);
        FakeRun run(2, kSensors);
        train(run, 1, stopped_at);
        {
            auto first = run.open();
            test::send(*first, run.rank(1).heartbeat(stopped_at));
            (void)first->summary();
            ASSERT_TRUE(first->saveSeries());
        }
        run.rank(0).event(stopped_at, "held");
        run.rank(0).event(stopped_at + 1.0, "resumed");
        train(run, stopped_at + 2, 2700);
        run.ended(2701.0);
        const auto second = run.open();
        expectAsTheJournalsSay(run, *second);
    }
}

TEST(SeriesState, ATornOrDamagedStateIsMadeAgainFromTheJournals) {
    FakeRun run(2, kSensors);
    train(run, 1, 40);
    run.ended(41.0);
    ASSERT_TRUE(run.open()->saveSeries());
    const auto file = run.folder().series() / "state.wls";
    const auto whole = readFile(file).value();
    std::mt19937 random(5);
    for (int round = 0; round < 12; ++round) {
        auto torn = whole.substr(0, round < 6 ? random() % whole.size() : whole.size());
        if (round >= 6) torn[random() % torn.size()] ^= 1;
        if (torn == whole) continue;
        ASSERT_TRUE(writeFileAtomically(file, torn));
        const auto history = run.open();
        EXPECT_THAT(history->remark(), HasSubstr("made again"));
        expectAsTheJournalsSay(run, *history);
    }
}

TEST(SeriesState, ADamagedSeriesHealsWhenItIsAskedFor) {
    FakeRun run(2, kSensors);
    train(run, 1, 3000);
    run.ended(3001.0);
    ASSERT_TRUE(run.open()->saveSeries());
    // A hole in the steps' first axis, as a crash of the host leaves it.
    overwrite(run.folder().series() / "steps.0.wls", 4096 + 800, std::string(4000, '\0'));
    const auto history = run.open();
    EXPECT_EQ(ask(*history, "loss").x.size(), 3000U);
    EXPECT_THAT(history->remark(), HasSubstr("damaged"));
    const auto report = verifyRun(run.folder());
    ASSERT_TRUE(report);
    EXPECT_THAT(report->findings, IsEmpty());
}

TEST(SeriesState, SeriesOfTheReleasedVersion1AreMadeAgainWithASentence) {
    FakeRun run(2, kSensors);
    train(run, 1, 5);
    run.ended(6.0);
    fs::create_directories(run.folder().series());
    fs::copy(fs::path(WATTLINE_TEST_DATA) / "series-1" / "steps.wls",
             run.folder().series() / "steps.wls");
    const auto history = run.open();
    EXPECT_THAT(history->remark(), HasSubstr("older version"));
    EXPECT_FALSE(fs::exists(run.folder().series() / "steps.wls"));
    expectAsTheJournalsSay(run, *history);
}

TEST(SeriesState, P7ANewerVersionIsRefusedWithASentenceThatSaysWhatToDo) {
    FakeRun run(1);
    train(run, 1, 5);
    run.ended(6.0);
    ASSERT_TRUE(run.open()->saveSeries());
    overwrite(run.folder().series() / "state.wls", 4, "\x03");
    const auto refused = RunHistory::open(run.folder(), run.clock);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("newer Wattline"));
    EXPECT_THAT(refused.error().message, HasSubstr("update Wattline"));
    EXPECT_THAT(refused.error().message, HasSubstr("wattline rebuild"));
    const auto rebuilt = openAs(run, RunHistory::Series::Rebuilt);
    EXPECT_EQ(ask(*rebuilt, "loss").x.size(), 5U);
    EXPECT_TRUE(RunHistory::open(run.folder(), run.clock));
}

TEST(SeriesState, OneProcessWritesAndTheOthersKeepWhatTheyAddToThemselves) {
    FakeRun run(2, kSensors);
    train(run, 1, 1500);
    const auto writer = run.open();
    ASSERT_TRUE(writer->keepsSeries());
    ASSERT_TRUE(writer->saveSeries());
    train(run, 1501, 2500);
    run.ended(2501.0);
    const auto reader = run.open();
    EXPECT_FALSE(reader->keepsSeries());
    EXPECT_TRUE(reader->saveSeries());
    expectAsTheJournalsSay(run, *reader);
    ASSERT_TRUE(writer->heal());
    ASSERT_TRUE(writer->superviseNow());
    expectAsTheJournalsSay(run, *writer);
}

TEST(SeriesState, WhoeverOnlyLooksAtASmallRunLeavesNothingBehind) {
    FakeRun run(1, kSensors);
    train(run, 1, 5);
    run.ended(6.0);
    const auto history = RunHistory::open(run.folder(), run.clock);
    ASSERT_TRUE(history);
    EXPECT_EQ(ask(**history, "loss").x.size(), 5U);
    EXPECT_FALSE(fs::exists(run.folder().series()));
}

TEST(SeriesState, AFullDiskCostsTheCopyAndNotTheFigures) {
    FakeRun run(2, kSensors);
    train(run, 1, 3000);
    run.ended(3001.0);
    const auto history = openAs(run, RunHistory::Series::Kept);
    {
        const test::FileSizeLimit limit(4096);
        const auto refused = history->rebuild();
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr("free some space"));
    }
    ASSERT_TRUE(history->rebuild());
    expectAsTheJournalsSay(run, *history);
}

TEST(SeriesState, RebuildMakesTheSameSeriesAgain) {
    FakeRun run(2, kSensors);
    train(run, 1, 2000);
    run.ended(2001.0);
    const auto history = run.open();
    const auto before = ask(*history, "rank/0/loss");
    ASSERT_TRUE(history->rebuild());
    EXPECT_EQ(ask(*history, "rank/0/loss").mean, before.mean);
    expectAsTheJournalsSay(run, *history);
}

TEST(RankSeries, EachRankHasItsOwnOnEveryAxis) {
    FakeRun run(3, kSensors);
    train(run, 1, 100);
    run.ended(101.0);
    const auto history = run.open();
    for (int axis = 0; axis < kAxisCount; ++axis) {
        const auto whole = ask(*history, "loss", static_cast<Axis>(axis));
        const auto rank = ask(*history, "rank/2/loss", static_cast<Axis>(axis));
        ASSERT_EQ(rank.x, whole.x) << axis;
        ASSERT_EQ(rank.mean.size(), whole.mean.size());
        EXPECT_DOUBLE_EQ(rank.mean.back(), 100.2);
        EXPECT_EQ(rank.x_last, whole.x_last);
    }
    EXPECT_EQ(ask(*history, "rank/0/samples").mean.front(), 32.0);
    SeriesQuery query;
    for (const auto* wrong :
         {"rank/3/loss", "rank/x/loss", "rank/1/nope", "rank/1", "rank/-1/loss"}) {
        query.series = wrong;
        const auto refused = history->query(query);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, ExitCode::NotFound);
    }
}

TEST(RankSeries, StepsThatALaterAttemptDidAgainCountOnce) {
    FakeRun run(1);
    train(run, 1, 10);
    wire::Hello hello;
    hello.run = run.spec.id;
    hello.attempt = 2;
    hello.boot_id = "other-boot";
    hello.started_mono_ns = 5'000'000'000'000 + 100'000'000'000;
    hello.started_unix_ns = 1'795'000'000'000'000'000 + 100'000'000'000;
    test::FakeRank again(run.folder(), hello);
    again.hello();
    for (std::uint64_t step = 6; step <= 15; ++step)
        again.step(step, 100.0 + static_cast<double>(step), 1000.0 + static_cast<double>(step));
    again.ended(116.0);
    const auto columns = ask(*run.open(), "rank/0/loss");
    ASSERT_EQ(columns.x.size(), 15U);
    EXPECT_EQ(columns.mean.at(4), 5.0);
    EXPECT_EQ(columns.mean.at(5), 1006.0);
    EXPECT_EQ(columns.x.back(), 15.0);
}

}  // namespace
}  // namespace wattline
