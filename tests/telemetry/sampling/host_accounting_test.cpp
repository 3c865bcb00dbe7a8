// SPDX-License-Identifier: Apache-2.0
// Ranks as they are (publisher, sampler, journal) on hosts as a test wants them: what the ledger
// makes of it must not depend on how many ranks look at a device.
#include <algorithm>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "telemetry/core/workspace.h"
#include "telemetry/runs/run_history.h"
#include "telemetry/sampling/sampled_publisher.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/power/board_sensor.h"

namespace wattline {
namespace {

using test::BoardSensor;

/// A condition instead of a time; false after twenty seconds.
bool eventually(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

/// One rank of a run, with sensors of its own on the host that it is told to be on.
struct Rank {
    std::unique_ptr<SampledPublisher> out;
    const BoardSensor* sensor = nullptr;
    [[nodiscard]] int reads() const { return sensor->reads(); }
};

class HostAccounting : public testing::Test {
protected:
    RunFolder newRun(const std::string& id, int ranks, const std::string& device_kind) {
        const RunFolder folder{m_home.path() / id};
        std::filesystem::create_directories(folder.journal());
        RunSpec spec;
        spec.id = id;
        spec.ranks = ranks;
        spec.device_kind = device_kind;
        EXPECT_TRUE(writeFileAtomically(folder.spec(), wire::toJson(spec)));
        return folder;
    }

    Rank start(const RunFolder& folder, int rank, int world_size, const std::string& boot,
               const std::string& device, const std::string& device_kind) {
        auto sensor = std::make_unique<BoardSensor>(std::vector<std::string>{device}, boot);
        Rank made{nullptr, sensor.get()};
        PublisherOptions options;
        options.run_folder = folder.path;
        options.hello.run = folder.id();
        options.hello.rank = static_cast<std::uint32_t>(rank);
        options.hello.world_size = static_cast<std::uint32_t>(world_size);
        options.hello.boot_id = boot;
        options.hello.pid = getpid();
        options.hello.device_kind = device_kind;
        options.hello.started_mono_ns = systemClock().monotonicNs();
        options.hello.started_unix_ns = systemClock().realtimeNs();
        SamplerOptions sampling;
        sampling.folder = m_node.path();  // even where the folder is shared, the boot id tells
        sampling.boot_id = boot;
        sampling.period_ms = 10;
        sampling.election_period_ms = 20;
        std::vector<std::string> notes;
        auto out = SampledPublisher::open(std::move(options), std::make_unique<NullSink>(),
                                          test::onlySource(std::move(sensor)), sampling,
                                          systemClock(), notes);
        EXPECT_TRUE(out) << out.error().message;
        EXPECT_TRUE(notes.empty());
        made.out = std::move(*out);
        return made;
    }

    static RunSummary summaryOf(const RunFolder& folder) {
        auto history = RunHistory::open(folder);
        EXPECT_TRUE(history) << history.error().message;
        return (*history)->summary();
    }

    test::TemporaryFolder m_home, m_node;
};

constexpr int kReads = 30;

TEST_F(HostAccounting, EightRanksOnOneGpuCountItOnce) {
    const auto folder = newRun("run-a", 8, "gpu");
    std::vector<Rank> ranks;
    for (int i = 0; i < 8; ++i)
        ranks.push_back(start(folder, i, 8, "boot-1", "GPU-1", "gpu"));
    const auto most = [&] { return std::ranges::max_element(ranks, {}, &Rank::reads)->reads(); };
    ASSERT_TRUE(eventually([&] { return most() >= kReads; }));
    int reads = 0;
    for (auto& rank : ranks)
        reads += rank.reads();
    EXPECT_LT(reads, 2 * most()) << "the sensor is read by more than one rank";
    for (auto& rank : ranks)
        ASSERT_TRUE(rank.out->close("finished"));

    const auto summary = summaryOf(folder);
    ASSERT_EQ(summary.energy.size(), 1u);
    EXPECT_NEAR(summary.energy_j.value_or(0) / summary.wall_s, BoardSensor::kWatts, 15.0);
    EXPECT_DOUBLE_EQ(summary.gpu_hours, summary.wall_s / 3600) << "one GPU, however many ranks";
    EXPECT_EQ(summary.records_lost, 0);
}

TEST_F(HostAccounting, RanksOnTwoHostsCountBothHosts) {
    const auto folder = newRun("run-a", 4, "cpu");
    std::vector<Rank> ranks;
    for (int i = 0; i < 4; ++i) {
        const std::string boot = i < 2 ? "boot-1" : "boot-2";
        ranks.push_back(start(folder, i, 4, boot, "host:" + boot + "/package-0", "cpu"));
    }
    const auto reads = [&](std::size_t a, std::size_t b) {
        return std::max(ranks[a].reads(), ranks[b].reads());
    };
    ASSERT_TRUE(eventually([&] { return reads(0, 1) >= kReads && reads(2, 3) >= kReads; }));
    for (auto& rank : ranks)
        ASSERT_TRUE(rank.out->close("finished"));
    const auto summary = summaryOf(folder);
    EXPECT_EQ(summary.energy.size(), 2u);
    EXPECT_NEAR(summary.energy_j.value_or(0) / summary.wall_s, 2 * BoardSensor::kWatts, 30.0);
    EXPECT_DOUBLE_EQ(summary.gpu_hours, 4 * summary.wall_s / 3600);
}

TEST_F(HostAccounting, WhatARankThatLeavesDidNotRecordTheNextOneDoes) {
    const auto folder = newRun("run-a", 2, "gpu");
    auto first = start(folder, 0, 2, "boot-1", "GPU-1", "gpu");
    ASSERT_TRUE(eventually([&] { return first.reads() >= kReads; }));
    const auto second = start(folder, 1, 2, "boot-1", "GPU-1", "gpu");
    EXPECT_EQ(second.reads(), 0);
    ASSERT_TRUE(first.out->close("finished"));
    ASSERT_TRUE(eventually([&] { return second.reads() >= kReads; }));
    ASSERT_TRUE(second.out->close("finished"));
    const auto summary = summaryOf(folder);
    ASSERT_EQ(summary.energy.size(), 1u);
    EXPECT_NEAR(summary.energy_j.value_or(0) / summary.wall_s, BoardSensor::kWatts, 15.0);
}

TEST_F(HostAccounting, TwoRunsOnOneDeviceAreMarkedSharedInBothTheirRecords) {
    const auto a = newRun("run-a", 1, "gpu"), b = newRun("run-b", 1, "gpu");
    auto first = start(a, 0, 1, "boot-1", "GPU-1", "gpu");
    ASSERT_TRUE(eventually([&] { return first.reads() >= 1; }));
    auto second = start(b, 0, 1, "boot-1", "GPU-1", "gpu");
    const auto shared = [&](const RunFolder& folder) {
        const auto summary = summaryOf(folder);
        return std::ranges::any_of(summary.events,
                                   [](const RunEvent& e) { return e.kind == "shared"; });
    };
    EXPECT_TRUE(eventually([&] { return shared(a) && shared(b); }));
    ASSERT_TRUE(second.out->close("finished"));
    ASSERT_TRUE(first.out->close("finished"));
}

}  // namespace
}  // namespace wattline
