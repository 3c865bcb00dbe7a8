// SPDX-License-Identifier: Apache-2.0
// The whole way of a record: a real publisher's ring, thread and journal, and sometimes its socket.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <unistd.h>

#include "telemetry/core/host.h"
#include "telemetry/publish/publisher.h"
#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

/// Keeps what a hub would get; loses every third frame.
class LossySink final : public Sink {
public:
    explicit LossySink(std::vector<test::Frame>& frames) : m_frames(frames) {}
    bool send(std::span<const std::byte> frame) noexcept override {
        if (++m_sent % 3 != 0) m_frames.emplace_back(frame.begin(), frame.end());
        return true;
    }
    std::optional<std::vector<std::byte>> receive() noexcept override { return std::nullopt; }

private:
    std::vector<test::Frame>& m_frames;
    int m_sent = 0;
};

class PublisherToHistory : public testing::Test {
protected:
    test::FakeRun run{0};
    std::vector<test::Frame> sent[2];

    [[nodiscard]] std::unique_ptr<Publisher> publisher(std::uint32_t rank) {
        PublisherOptions options;
        options.run_folder = run.folder().path;
        options.hello.run = run.spec.id;
        options.hello.rank = rank;
        options.hello.world_size = 2;
        options.hello.boot_id = bootId();
        options.hello.host = hostName();
        options.hello.pid = getpid();
        options.hello.started_mono_ns = run.clock.monotonicNs();
        options.hello.started_unix_ns = run.clock.realtimeNs();
        if (rank == 0)
            options.hello.devices = {test::sensor("GPU-1", EnergyMethod::Integrated, 0.1)};
        auto out = Publisher::open(options, std::make_unique<LossySink>(sent[rank]), run.clock);
        EXPECT_TRUE(out) << out.error().message;
        return std::move(*out);
    }

    void train(Publisher& first, Publisher& second) {
        for (std::uint64_t i = 1; i <= 100; ++i) {
            PowerRecord power;
            power.at_ns = run.clock.monotonicNs();
            power.power_w = 100.0;
            first.recordPower(power);
            run.clock.advance(100'000'000);
            StepRecord step;
            step.step = i;
            step.end_ns = run.clock.monotonicNs();
            step.samples = 32;
            step.loss = 1.0;
            step.duration_ns = 90'000'000;
            first.record(step);
            second.record(step);
        }
        PowerRecord last;
        last.at_ns = run.clock.monotonicNs();
        last.power_w = 100.0;
        first.recordPower(last);
    }
};

TEST_F(PublisherToHistory, EveryRecordArrivesOnceAndTheFiguresAreThoseOfTheRun) {
    {
        auto first = publisher(0), second = publisher(1);
        train(*first, *second);
        first->setSamplerCpu(0.125);
        wire::Event shared;  // told by whichever rank records the device, not only by rank 0
        shared.kind = "shared";
        shared.text = "2 runs use GPU-1";
        shared.device = "GPU-1";
        shared.runs = 2;
        second->event(shared);
        ASSERT_TRUE(first->close("finished"));
        ASSERT_TRUE(second->close("finished"));
    }
    auto live = run.history();
    for (const auto& frames : sent)
        for (const auto& frame : frames)
            test::send(live, frame);
    ASSERT_TRUE(live.superviseNow());
    ASSERT_TRUE(live.heal());
    const auto& summary = live.summary();
    EXPECT_EQ(summary.state, RunState::Finished);
    EXPECT_EQ(summary.step, 100);
    EXPECT_EQ(summary.samples, 6400);
    EXPECT_NEAR(summary.energy_j.value_or(0), 1000.0, 1e-6);
    EXPECT_DOUBLE_EQ(summary.wall_s, 10.0);
    EXPECT_EQ(summary.records_lost, 0);
    EXPECT_EQ(summary.records_stored, 2 * (1 + 100 + 1) + 101 + 1);
    EXPECT_EQ(summary.sampler_cpu_s, 0.125);
    EXPECT_TRUE(std::ranges::any_of(summary.events, [](const RunEvent& e) {
        return e.kind == "shared" && e.text == "2 runs use GPU-1";
    }));
    EXPECT_TRUE(summary.monitor_share);
    EXPECT_EQ(wire::toJson(summary, 1), wire::toJson(run.open()->summary(), 1));

    ASSERT_TRUE(live.saveSeries());
    const auto report = verifyRun(run.folder());
    ASSERT_TRUE(report);
    EXPECT_THAT(report->findings, testing::IsEmpty());
    EXPECT_EQ(report->records_expected, summary.records_stored);
    EXPECT_EQ(report->records_stored, report->records_expected);
}

}  // namespace
}  // namespace wattline
