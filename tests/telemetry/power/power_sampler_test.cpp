// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/power_sampler.h"

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace wattline {
namespace {

/// Two devices; the second one fails every other read. Device 0 may throw.
class FakeSource final : public PowerSource {
public:
    FakeSource() {
        m_devices.resize(2);
        m_devices[0].period_s = 0.001;
        m_devices[1].period_s = 0.5;
    }
    const std::vector<PowerDevice>& devices() const override { return m_devices; }
    PowerReading read(std::size_t device, ReadRequest what) override {
        ++reads;
        if (device == 0 && throws) throw std::runtime_error("broken");
        if (device == 1) return {};
        return {Watts{100.0}, what.counter ? std::optional(Joules{7.0}) : std::nullopt, {}};
    }
    std::atomic<int> reads = 0;
    bool throws = false;

private:
    std::vector<PowerDevice> m_devices;
};

/// Collects what the sampler's thread delivers.
class Collector {
public:
    void operator()(const PowerRecord& record) {
        const std::lock_guard lock(m_mutex);
        m_records.push_back(record);
        m_arrived.notify_all();
    }
    void waitFor(std::size_t count) {
        std::unique_lock lock(m_mutex);
        ASSERT_TRUE(m_arrived.wait_for(lock, std::chrono::seconds(20),
                                       [&] { return m_records.size() >= count; }));
    }
    std::vector<PowerRecord> records() {
        const std::lock_guard lock(m_mutex);
        return m_records;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::vector<PowerRecord> m_records;
};

std::vector<std::unique_ptr<PowerSource>> sources(std::unique_ptr<FakeSource> fake) {
    std::vector<std::unique_ptr<PowerSource>> list;
    list.push_back(std::move(fake));
    return list;
}

TEST(PowerSampler, SamplesEveryDeviceInOrderAndAFailedReadIsNaN) {
    Collector collected;
    PowerSampler sampler(
        sources(std::make_unique<FakeSource>()), 1, [&](const PowerRecord& r) { collected(r); },
        systemClock());
    collected.waitFor(20);
    sampler.stop();
    const auto records = collected.records();
    ASSERT_EQ(records.size() % 2, 0u);
    std::int64_t last = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(records[i].device, i % 2);
        EXPECT_GE(records[i].at_ns, last);
        last = records[i].at_ns;
        if (i % 2 == 0)
            EXPECT_EQ(records[i].power_w, 100.0);
        else
            EXPECT_TRUE(std::isnan(records[i].power_w)) << "a gap, never 0 W";
    }
}

TEST(PowerSampler, CounterIsReadFirstAndLastAndRarelyInBetween) {
    Collector collected;
    PowerSampler sampler(
        sources(std::make_unique<FakeSource>()), 1, [&](const PowerRecord& r) { collected(r); },
        systemClock());
    collected.waitFor(20);
    sampler.stop();
    const auto records = collected.records();
    EXPECT_EQ(records.front().counter_j, 7.0);
    EXPECT_EQ(records[records.size() - 2].counter_j, 7.0);
    EXPECT_TRUE(std::isnan(records[2].counter_j));
}

TEST(PowerSampler, StoppedAtOnceItStillHasTheWindowsTwoEdges) {
    Collector collected;
    PowerSampler sampler(
        sources(std::make_unique<FakeSource>()), 60'000,
        [&](const PowerRecord& r) { collected(r); }, systemClock());
    collected.waitFor(2);
    sampler.stop();
    sampler.stop();
    EXPECT_EQ(collected.records().size(), 4u) << "one sample at the start, one at the end";
}

TEST(PowerSampler, SourceThatThrowsIsAGapAndSamplingGoesOn) {
    auto fake = std::make_unique<FakeSource>();
    fake->throws = true;
    Collector collected;
    PowerSampler sampler(
        sources(std::move(fake)), 1, [&](const PowerRecord& r) { collected(r); }, systemClock());
    collected.waitFor(10);
    EXPECT_TRUE(std::isnan(collected.records()[0].power_w));
}

TEST(PowerSampler, RecordsThatDeliveryThrewAwayAreCounted) {
    std::atomic<int> calls = 0;
    PowerSampler sampler(
        sources(std::make_unique<FakeSource>()), 60'000,
        [&](const PowerRecord&) {
            ++calls;
            throw std::runtime_error("full");
        },
        systemClock());
    sampler.stop();
    EXPECT_EQ(sampler.undelivered(), static_cast<std::uint64_t>(calls.load()));
    EXPECT_GE(calls.load(), 2);
}

TEST(PowerSampler, DeclaredPeriodIsNeverShorterThanTheSamplingPeriod) {
    const auto devices = PowerSampler::devices(sources(std::make_unique<FakeSource>()), 250);
    ASSERT_EQ(devices.size(), 2u);
    EXPECT_DOUBLE_EQ(devices[0].period_s, 0.25);
    EXPECT_DOUBLE_EQ(devices[1].period_s, 0.5);
}

std::string someRun() {
    return "test-" + std::to_string(getpid());
}

TEST(SamplerLock, OnlyOneHoldsItAndTheNextGetsItAfterwards) {
    auto first = SamplerLock::tryAcquire(someRun());
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(*first);
    auto second = SamplerLock::tryAcquire(someRun());
    ASSERT_TRUE(second);
    EXPECT_FALSE(*second);
    auto other_run = SamplerLock::tryAcquire(someRun() + "-b");
    EXPECT_TRUE(*other_run);
    first->reset();
    EXPECT_TRUE(*SamplerLock::tryAcquire(someRun()));
}

TEST(SamplerLock, DeathOfItsProcessFreesIt) {
    const std::string run = someRun() + "-child";
    const pid_t child = fork();
    if (child == 0) {
        auto lock = SamplerLock::tryAcquire(run);
        _exit(lock && *lock ? 0 : 1);  // no destructor runs
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(*SamplerLock::tryAcquire(run));
}

TEST(SamplerLock, NameThatIsNoRunIdIsRefused) {
    EXPECT_FALSE(SamplerLock::tryAcquire("../../etc/passwd"));
}

}  // namespace
}  // namespace wattline
