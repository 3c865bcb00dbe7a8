// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <csignal>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/publish/fake_sink.h"
#include "tests/telemetry/publish/publish_fixture.h"
#include "tests/telemetry/publish/stalling_files.h"

// Tests that try to break the promises P1 and P2 (ARCHITECTURE.md).

namespace wattline {
namespace {

namespace fs = std::filesystem;
using test::eventually;

PublisherOptions optionsFor(const fs::path& folder) {
    PublisherOptions options;
    options.run_folder = folder;
    options.hello = test::helloOf();
    options.drain_period_ms = 2;
    return options;
}

TEST(Promise1_TrainingNeverWaits, ForAHubThatHangs) {
    const test::TemporaryFolder folder;
    auto script = std::make_shared<test::SinkScript>();
    auto publisher = Publisher::open(optionsFor(folder.path()),
                                     std::make_unique<test::FakeSink>(script), systemClock())
                         .value();
    ASSERT_TRUE(eventually([&] { return !script->sent().empty(); }));
    script->stalled = true;
    publisher->record(test::stepRecord(1));
    // Recording fills the whole ring and beyond while the publisher's thread hangs in send().
    const auto before = systemClock().monotonicNs();
    for (std::uint64_t step = 2; step <= 70'000; ++step)
        publisher->record(test::stepRecord(step));
    const auto took_ns = systemClock().monotonicNs() - before;
    EXPECT_LT(took_ns / 70'000, 20'000);
    script->stalled = false;
    ASSERT_TRUE(publisher->close("finished"));
    const auto journal = test::readJournalOf(folder.path());
    EXPECT_EQ(journal.steps.size() + publisher->stats().dropped, 70'000U);
    EXPECT_TRUE(test::countsUpFromOne(journal.sequences));
}

TEST(Promise1_TrainingNeverWaits, ForAFileSystemThatHangsTenMinutes) {
    // Ten minutes at 100 steps/s, with power at 10 Hz, while write and fsync do not return.
    constexpr std::uint64_t steps = 60'000;
    const test::TemporaryFolder folder;
    test::StallingFiles files;
    test::FakeClock clock;
    auto options = optionsFor(folder.path());
    options.files = &files;
    auto publisher = Publisher::open(options, std::make_unique<NullSink>(), clock).value();
    files.stall();
    publisher->record(test::stepRecord(1));
    ASSERT_TRUE(eventually([&] { return files.somebodyWaits(); }));
    const auto before = systemClock().monotonicNs();
    for (std::uint64_t step = 2; step <= steps; ++step) {
        publisher->record(test::stepRecord(step));
        if (step % 10 == 0) publisher->recordPower({});
        clock.advance(10'000'000);
    }
    EXPECT_LT((systemClock().monotonicNs() - before) / static_cast<std::int64_t>(steps), 20'000);
    EXPECT_TRUE(files.somebodyWaits());
    EXPECT_EQ(publisher->stats().dropped, 0U);
    files.goOn();
    ASSERT_TRUE(publisher->close("finished"));
    const auto journal = test::readJournalOf(folder.path());
    EXPECT_EQ(journal.steps.size(), steps);
    EXPECT_EQ(journal.power.size(), steps / 10);
    EXPECT_TRUE(test::countsUpFromOne(journal.sequences));
    EXPECT_GE(publisher->stats().syncs, 1U);
}

TEST(Promise1_TrainingNeverWaits, ButWhatARingCannotHoldIsDroppedAndCounted) {
    const test::TemporaryFolder folder;
    test::StallingFiles files;
    auto options = optionsFor(folder.path());
    options.files = &files;
    options.ring_records = 64;
    auto publisher = Publisher::open(options, std::make_unique<NullSink>(), systemClock()).value();
    files.stall();
    publisher->record(test::stepRecord(1));
    ASSERT_TRUE(eventually([&] { return files.somebodyWaits(); }));
    for (std::uint64_t step = 2; step <= 1000; ++step)
        publisher->record(test::stepRecord(step));
    EXPECT_GT(publisher->stats().dropped, 0U);
    files.goOn();
    ASSERT_TRUE(publisher->close("finished"));
    const auto journal = test::readJournalOf(folder.path());
    EXPECT_EQ(journal.steps.size() + publisher->stats().dropped, 1000U);
    EXPECT_EQ(journal.events.back().dropped, static_cast<std::int64_t>(publisher->stats().dropped));
}

/// A child that publishes until it is killed and tells over a pipe what its journal has accepted.
[[noreturn]] void publishForEver(const fs::path& folder, int report) {
    auto publisher =
        Publisher::open(optionsFor(folder), std::make_unique<NullSink>(), systemClock());
    if (!publisher) _exit(1);
    for (std::uint64_t step = 1;; ++step) {
        (*publisher)->record(test::stepRecord(step));
        const auto journaled = (*publisher)->stats().journaled;
        if (step % 64 == 0 && ::write(report, &journaled, sizeof journaled) < 0) _exit(1);
        // Stays within the ring on a machine that is busy with other things.
        while (step > (*publisher)->stats().journaled + 20'000)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

TEST(Promise2_NothingIsLostOrCountedTwice, OfWhatAKilledProcessHadJournaled) {
    for (int round = 0; round < 5; ++round) {
        const test::TemporaryFolder folder;
        std::array<int, 2> pipe_ends{};
        ASSERT_EQ(::pipe(pipe_ends.data()), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(pipe_ends[0]);
            publishForEver(folder.path(), pipe_ends[1]);
        }
        ::close(pipe_ends[1]);
        std::uint64_t reported = 0;
        const auto wanted = static_cast<std::uint64_t>(2000 * (round + 1));
        while (reported < wanted &&
               ::read(pipe_ends[0], &reported, sizeof reported) == sizeof reported) {
        }
        ASSERT_EQ(::kill(child, SIGKILL), 0);
        while (::read(pipe_ends[0], &reported, sizeof reported) == sizeof reported) {
        }  // what it still said before it died
        ::waitpid(child, nullptr, 0);
        ::close(pipe_ends[0]);

        const auto journal = test::readJournalOf(folder.path());
        EXPECT_GE(reported, wanted);
        EXPECT_GE(journal.sequences.size(), reported);
        EXPECT_TRUE(test::countsUpFromOne(journal.sequences));
        EXPECT_TRUE(test::countsUpFromOne(journal.steps));
        EXPECT_FALSE(journal.damaged);
    }
}

}  // namespace
}  // namespace wattline
