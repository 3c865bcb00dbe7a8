// SPDX-License-Identifier: Apache-2.0
#include "telemetry/simulate/simulation.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <thread>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

namespace wattline::simulate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A run folder and a simulation that goes as fast as it can, on a clock that stands still.
class SimulationTest : public testing::Test {
protected:
    RunFolder newFolder(const std::string& under = "a") {
        RunFolder folder{m_place.path() / under / "20261121-104512-7f3a"};
        std::filesystem::create_directories(folder.control());
        return folder;
    }

    Result<Ending> run(const RunFolder& folder, Plan plan) {
        plan.realtime = false;
        auto simulation = Simulation::open(
            completed(std::move(plan)).value(), folder,
            [](std::uint32_t) { return std::make_unique<NullSink>(); }, m_clock);
        if (!simulation) return tl::unexpected(simulation.error());
        auto ending = (*simulation)->run(m_stop);
        m_totals = (*simulation)->totals();
        return ending;
    }

    /// Every byte of every journal, by file name.
    static std::map<std::string, std::string> journals(const RunFolder& folder) {
        std::map<std::string, std::string> files;
        for (const auto& file : std::filesystem::directory_iterator(folder.journal()))
            files[file.path().filename().string()] = readFile(file.path()).value();
        return files;
    }

    static void visit(const RunFolder& folder,
                      const std::function<void(const wire::FrameView&)>& f) {
        for (const auto& stream : wire::listJournals(folder.journal())) {
            wire::JournalPosition start;
            const auto stats = wire::readJournal(stream, start, f);
            ASSERT_TRUE(stats);
            EXPECT_FALSE(stats->damaged);
        }
    }

    static std::vector<wire::Event> events(const RunFolder& folder, std::uint32_t rank = 0) {
        std::vector<wire::Event> found;
        visit(folder, [&](const wire::FrameView& frame) {
            if (frame.kind == wire::Kind::Event && frame.envelope.rank == rank)
                found.push_back(wire::parseEvent(frame.json()).value());
        });
        return found;
    }

    static void command(const RunFolder& folder, const std::string& id, CommandKind kind) {
        ASSERT_TRUE(writeFileAtomically(folder.control() / (id + ".json"),
                                        wire::toJson(wire::Command{id, kind})));
    }

    test::TemporaryFolder m_place;
    test::FakeClock m_clock;
    std::atomic<bool> m_stop{false};
    Totals m_totals;
};

TEST_F(SimulationTest, TheSameSeedWritesTheSameBytes) {
    const auto a = newFolder("a"), b = newFolder("b"), c = newFolder("c");
    const Plan plan{.ranks = 4, .nodes = 2, .duration_s = 5.0, .clock_skew_s = 0.5};
    ASSERT_TRUE(run(a, plan));
    ASSERT_TRUE(run(b, plan));
    auto other = plan;
    other.seed = 2;
    ASSERT_TRUE(run(c, other));
    EXPECT_EQ(journals(a), journals(b));
    EXPECT_NE(journals(a), journals(c));
}

TEST_F(SimulationTest, EveryRecordIsInAJournalAndNoneIsDropped) {
    const auto folder = newFolder();
    const auto ending = run(folder, {.ranks = 16, .steps_per_message = 7, .duration_s = 10.0});
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->outcome, "finished");
    EXPECT_EQ(m_totals.steps, 100U);
    EXPECT_EQ(m_totals.dropped, 0U);
    std::uint64_t steps = 0, power = 0, ended = 0;
    visit(folder, [&](const wire::FrameView& frame) {
        if (frame.kind == wire::Kind::Steps) steps += frame.count;
        if (frame.kind == wire::Kind::Power) power += frame.count;
        if (frame.kind == wire::Kind::Event && wire::parseEvent(frame.json())->kind == "ended")
            ++ended;
    });
    EXPECT_EQ(steps, 1600U);
    EXPECT_EQ(ended, 16U);
    EXPECT_EQ(steps + power, m_totals.recorded);
    EXPECT_NEAR(static_cast<double>(power), 1600.0, 50.0);  // each of 16 GPUs ten times a second
}

TEST_F(SimulationTest, DevicesSayThatTheyAreSimulated) {
    const auto folder = newFolder();
    ASSERT_TRUE(run(folder, {.ranks = 16, .duration_s = 0.5}));
    std::vector<std::size_t> devices;
    visit(folder, [&](const wire::FrameView& frame) {
        if (frame.kind != wire::Kind::Hello) return;
        const auto hello = wire::parseHello(frame.json()).value();
        if (!hello.devices.empty()) devices.push_back(hello.devices.size());
        for (const auto& device : hello.devices)
            EXPECT_EQ(device.method, EnergyMethod::Simulated);
    });
    EXPECT_THAT(devices, ElementsAre(8U, 8U));  // the first rank of each node samples its GPUs
}

TEST_F(SimulationTest, ASensorFaultIsAGapOfNaNsAndNeverZero) {
    const auto folder = newFolder();
    ASSERT_TRUE(run(folder, {.ranks = 2,
                             .duration_s = 4.0,
                             .sensor_faults = {{1, 1.0, 2.0, false}, {0, 2.0, 0.0, true}}}));
    int failed = 0;
    bool fell = false;
    double last_j = 0.0;
    visit(folder, [&](const wire::FrameView& frame) {
        for (std::uint32_t i = 0; frame.kind == wire::Kind::Power && i < frame.count; ++i) {
            const auto record = frame.power(i);
            if (record.device == 1 && std::isnan(record.power_w)) ++failed;
            if (record.device == 0) fell = fell || record.counter_j < last_j;
            if (record.device == 0) last_j = record.counter_j;
            EXPECT_NE(record.power_w, 0.0);
        }
    });
    EXPECT_EQ(failed, 20);
    EXPECT_TRUE(fell);
}

TEST_F(SimulationTest, ARankThatDiesEndsTheRunAndNobodySaysGoodbye) {
    const auto folder = newFolder();
    const auto ending =
        run(folder, {.ranks = 16, .duration_s = 10.0, .deaths = {{false, 11, 3.0}}});
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->outcome, "failed");
    EXPECT_EQ(ending->signal, 9);
    EXPECT_EQ(ending->rank, 11);
    EXPECT_THAT(ending->reason, HasSubstr("rank 11 on sim0001 was killed by signal 9"));
    for (std::uint32_t rank = 0; rank < 16; ++rank)
        for (const auto& event : events(folder, rank))
            EXPECT_NE(event.kind, "ended");
    EXPECT_NEAR(static_cast<double>(m_totals.steps), 30.0, 3.0);
}

TEST_F(SimulationTest, ANodeThatDiesIsNamedWithItsRanks) {
    const auto ending =
        run(newFolder(), {.ranks = 16, .duration_s = 10.0, .deaths = {{true, 1, 3.0}}});
    ASSERT_TRUE(ending);
    EXPECT_THAT(ending->reason, HasSubstr("node sim0001 does not answer; rank 8 to 15 are gone"));
}

TEST_F(SimulationTest, HoldResumeAndStopAreAnsweredAndObeyed) {
    const auto folder = newFolder();
    command(folder, "1-hold", CommandKind::Hold);
    std::jthread person([&] {
        const auto saw = [&](const std::string& kind) {
            return std::ranges::any_of(events(folder),
                                       [&](const auto& e) { return e.kind == kind; });
        };
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        const auto eventually = [&](const std::string& kind) {
            while (!saw(kind) && std::chrono::steady_clock::now() < deadline)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
        };
        eventually("held");
        command(folder, "2-resume", CommandKind::Resume);
        eventually("resumed");
        command(folder, "3-stop", CommandKind::Stop);
    });
    const auto ending = run(folder, {.ranks = 2, .rate_hz = 100.0, .duration_s = 36000.0});
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->outcome, "stopped");
    std::vector<std::string> kinds;
    for (const auto& event : events(folder))
        if (event.kind != "evaluated") kinds.push_back(event.kind);
    EXPECT_THAT(kinds, ElementsAre("command", "held", "command", "resumed", "command", "stopping",
                                   "ended"));
}

TEST_F(SimulationTest, ASignalStopsTheRunInOrder) {
    m_stop = true;
    const auto folder = newFolder();
    const auto ending = run(folder, {.ranks = 2});
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->outcome, "stopped");
    EXPECT_EQ(events(folder).back().kind, "ended");
}

}  // namespace
}  // namespace wattline::simulate
