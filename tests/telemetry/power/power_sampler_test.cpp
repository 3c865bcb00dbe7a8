// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/power_sampler.h"

#include <atomic>
#include <cmath>
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "telemetry/core/clock.h"
#include "telemetry/power/device_seat.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/power/board_sensor.h"

namespace wattline {
namespace {

using test::BoardSensor;
using test::onlySource;

constexpr auto kPatience = std::chrono::seconds(20);

/// Two devices; the second one fails every read. Device 0 may throw.
class FailingSource final : public PowerSource {
public:
    FailingSource() {
        m_devices.resize(2);
        m_devices[0].id = "GPU-1";
        m_devices[1].id = "GPU-2";
        m_devices[0].period_s = 5.0;  // a read on a busy machine is not to be taken for a gap
        m_devices[1].period_s = 0.5;
    }
    const std::vector<PowerDevice>& devices() const override { return m_devices; }
    PowerReading read(std::size_t device, ReadRequest what) override {
        if (device == 0 && throws) throw std::runtime_error("broken");
        PowerReading reading;
        if (device == 1) return reading;
        reading.power = Watts{100.0};
        if (what.counter) reading.counter = Joules{7.0};
        return reading;
    }
    bool throws = false;

private:
    std::vector<PowerDevice> m_devices;
};

/// What the sampler's thread delivers.
class Collector {
public:
    void take(const PowerRecord& record) {
        const std::lock_guard lock(m_mutex);
        m_records.push_back(record);
        m_arrived.notify_all();
    }
    void take(const DeviceSharing& sharing) {
        const std::lock_guard lock(m_mutex);
        m_sharing.push_back(sharing);
        m_arrived.notify_all();
    }
    template <typename Predicate> bool wait(Predicate done) {
        std::unique_lock lock(m_mutex);
        return m_arrived.wait_for(lock, kPatience, [&] { return done(m_records, m_sharing); });
    }
    bool waitFor(std::size_t count) {
        return wait([=](const auto& records, const auto&) { return records.size() >= count; });
    }
    std::vector<PowerRecord> records() {
        const std::lock_guard lock(m_mutex);
        return m_records;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::vector<PowerRecord> m_records;
    std::vector<DeviceSharing> m_sharing;
};

class PowerSamplerTest : public testing::Test {
protected:
    using Sources = std::vector<std::unique_ptr<PowerSource>>;

    [[nodiscard]] SamplerOptions options(const std::string& run = "run-a", int period_ms = 1) {
        SamplerOptions options;
        options.run = run;
        options.period_ms = period_ms;
        options.election_period_ms = 20;
        options.silence_ms = 60'000;
        options.folder = m_folder.path();
        options.boot_id = "boot-1";
        return options;
    }
    static SamplerOutput into(Collector& collected) {
        SamplerOutput output;
        output.record = [&](const PowerRecord& record) { collected.take(record); };
        output.sharing = [&](const DeviceSharing& sharing) { collected.take(sharing); };
        return output;
    }
    static std::unique_ptr<PowerSampler> start(Sources sources, SamplerOptions options,
                                               SamplerOutput output) {
        auto sampler =
            PowerSampler::start(std::move(sources), std::move(options), std::move(output));
        EXPECT_TRUE(sampler) << sampler.error().message;
        return std::move(*sampler);
    }

    test::TemporaryFolder m_folder;
};

TEST_F(PowerSamplerTest, SamplesEveryDeviceInOrderAndAFailedReadIsNaN) {
    Collector collected;
    const auto sampler =
        start(onlySource(std::make_unique<FailingSource>()), options(), into(collected));
    ASSERT_TRUE(collected.waitFor(20));
    EXPECT_TRUE(sampler->stop());
    const auto records = collected.records();
    ASSERT_EQ(records.size() % 2, 0u);
    std::int64_t last = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(records[i].device, i % 2);
        EXPECT_GE(records[i].at_ns, last);
        last = records[i].at_ns;
        EXPECT_EQ(std::isnan(records[i].power_w), i % 2 == 1) << "a gap, never 0 W";
    }
    EXPECT_EQ(records[0].power_w, 100.0);
}

TEST_F(PowerSamplerTest, CounterIsReadFirstAndLastAndRarelyInBetween) {
    Collector collected;
    const auto sampler =
        start(onlySource(std::make_unique<FailingSource>()), options(), into(collected));
    ASSERT_TRUE(collected.waitFor(20));
    sampler->stop();
    const auto records = collected.records();
    EXPECT_EQ(records.front().counter_j, 7.0);
    EXPECT_EQ(records[records.size() - 2].counter_j, 7.0);
    EXPECT_TRUE(std::isnan(records[2].counter_j));
}

TEST_F(PowerSamplerTest, StoppedAtOnceItStillHasTheWindowsTwoEdges) {
    Collector collected;
    const auto sampler = start(onlySource(std::make_unique<FailingSource>()),
                               options("run-a", 60'000), into(collected));
    ASSERT_TRUE(collected.waitFor(2));
    EXPECT_TRUE(sampler->stop());
    EXPECT_TRUE(sampler->stop());
    EXPECT_EQ(collected.records().size(), 4u) << "one sample at the start, one at the end";
}

TEST_F(PowerSamplerTest, SourceThatThrowsIsAGapAndSamplingGoesOn) {
    auto source = std::make_unique<FailingSource>();
    source->throws = true;
    Collector collected;
    const auto sampler = start(onlySource(std::move(source)), options(), into(collected));
    ASSERT_TRUE(collected.waitFor(10));
    EXPECT_TRUE(std::isnan(collected.records()[0].power_w));
}

TEST_F(PowerSamplerTest, ReadThatTookThreePeriodsIsAGapSinceNobodyKnowsWhenItWas) {
    Collector collected;
    auto slow = std::make_unique<BoardSensor>(
        std::vector<std::string>{"GPU-1"}, "boot-1",
        [](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(8)); }, 0.001);
    const auto sampler = start(onlySource(std::move(slow)), options(), into(collected));
    ASSERT_TRUE(collected.waitFor(3));
    sampler->stop();
    for (const auto& record : collected.records())
        EXPECT_TRUE(std::isnan(record.power_w) && std::isnan(record.counter_j));
}

TEST_F(PowerSamplerTest, RecordsThatDeliveryThrewAwayAreCounted) {
    std::atomic<int> calls = 0;
    SamplerOutput output;
    output.record = [&](const PowerRecord&) {
        ++calls;
        throw std::runtime_error("full");
    };
    const auto sampler = start(onlySource(std::make_unique<FailingSource>()),
                               options("run-a", 60'000), std::move(output));
    sampler->stop();
    EXPECT_EQ(sampler->undelivered(), static_cast<std::uint64_t>(calls.load()));
    EXPECT_GE(calls.load(), 2);
}

TEST_F(PowerSamplerTest, SensorThatHangsDoesNotHangTheEndOfTheProcess) {
    struct Gate {
        std::mutex mutex;
        std::condition_variable changed;
        bool inside = false, open = false, left = false;
    };
    const auto gate = std::make_shared<Gate>();
    auto hanging = std::make_unique<BoardSensor>(
        std::vector<std::string>{"GPU-1"}, "boot-1", [gate](std::size_t) {
            std::unique_lock lock(gate->mutex);
            gate->inside = true;
            gate->changed.notify_all();
            gate->changed.wait(lock, [&] { return gate->open; });
            gate->left = true;
            gate->changed.notify_all();
        });
    Collector collected;
    auto wanted = options();
    wanted.stop_limit_ms = 50;
    auto sampler = start(onlySource(std::move(hanging)), std::move(wanted), into(collected));
    std::unique_lock lock(gate->mutex);
    ASSERT_TRUE(gate->changed.wait_for(lock, kPatience, [&] { return gate->inside; }));
    lock.unlock();
    const auto asked = std::chrono::steady_clock::now();
    EXPECT_FALSE(sampler->stop()) << "it must say that a sensor did not answer";
    EXPECT_LT(std::chrono::steady_clock::now() - asked, kPatience / 2);
    sampler.reset();
    lock.lock();
    gate->open = true;
    gate->changed.notify_all();
    ASSERT_TRUE(gate->changed.wait_for(lock, kPatience, [&] { return gate->left; }));
    EXPECT_TRUE(collected.records().empty()) << "nobody listens after stop()";
}

TEST_F(PowerSamplerTest, ItsOwnCostIsTold) {
    std::mutex mutex;
    double cpu_s = -1.0;
    SamplerOutput output;
    output.record = [](const PowerRecord&) {};
    output.cost = [&](double seconds) {
        const std::lock_guard lock(mutex);
        EXPECT_GE(seconds, cpu_s);
        cpu_s = seconds;
    };
    const auto sampler =
        start(onlySource(std::make_unique<FailingSource>()), options(), std::move(output));
    sampler->stop();
    EXPECT_GT(cpu_s, 0.0);
    EXPECT_LT(cpu_s, 10.0);
}

TEST_F(PowerSamplerTest, OfTwoRunsOneReadsForBothAndEachIsToldOfTheOther) {
    auto first_sensor = std::make_unique<BoardSensor>(std::vector<std::string>{"GPU-1"}, "boot-1");
    auto second_sensor = std::make_unique<BoardSensor>(std::vector<std::string>{"GPU-1"}, "boot-1");
    const auto& second_reads = *second_sensor;
    Collector first_got, second_got;
    const auto first =
        start(onlySource(std::move(first_sensor)), options("run-a", 5), into(first_got));
    ASSERT_TRUE(first_got.waitFor(1));
    const auto second =
        start(onlySource(std::move(second_sensor)), options("run-b", 5), into(second_got));
    ASSERT_TRUE(second_got.waitFor(30));
    EXPECT_LT(second_reads.reads(), 15);
    const auto told_two = [](const auto&, const auto& sharing) {
        return !sharing.empty() && sharing.back().runs == 2;
    };
    EXPECT_TRUE(first_got.wait(told_two));
    EXPECT_TRUE(second_got.wait(told_two));
    first->stop();
    const auto records = second_got.records();
    EXPECT_TRUE(std::isfinite(records.front().counter_j)) << "an edge is a reading of its own";
    for (std::size_t i = 1; i < records.size(); ++i)
        EXPECT_GT(records[i].at_ns, records[i - 1].at_ns);
    second->stop();
    EXPECT_TRUE(std::isfinite(second_got.records().back().counter_j));
}

TEST_F(PowerSamplerTest, FollowerThatWantsReadingsSoonerGetsThem) {
    Collector slow_got, fast_got;
    const std::vector<std::string> device{"GPU-1"};
    const auto slow = start(onlySource(std::make_unique<BoardSensor>(device, "boot-1")),
                            options("run-a", 500), into(slow_got));
    ASSERT_TRUE(slow_got.waitFor(1));
    const auto fast = start(onlySource(std::make_unique<BoardSensor>(device, "boot-1")),
                            options("run-b", 10), into(fast_got));
    ASSERT_TRUE(fast_got.waitFor(60));
    const auto seen = slow_got.records();
    EXPECT_LT(seen.size(), fast_got.records().size());
}

TEST_F(PowerSamplerTest, RankThatTakesOverSaysHowManyRunsThereAre) {
    Collector first_got, second_got;
    const std::vector<std::string> device{"GPU-1"};
    auto first = start(onlySource(std::make_unique<BoardSensor>(device, "boot-1")), options(),
                       into(first_got));
    ASSERT_TRUE(first_got.waitFor(1));
    std::atomic<bool> waits = false;
    auto output = into(second_got);
    output.cost = [&](double) { waits = true; };  // after its first try for the device
    const auto second = start(onlySource(std::make_unique<BoardSensor>(device, "boot-1")),
                              options(), std::move(output));
    while (!waits)
        std::this_thread::yield();
    first.reset();
    ASSERT_TRUE(second_got.waitFor(5));
    EXPECT_TRUE(second_got.wait([](const auto&, const auto& sharing) {
        return sharing.size() == 1 && sharing[0].runs == 1;
    }));
    EXPECT_TRUE(std::isfinite(second_got.records().front().counter_j));
}

TEST_F(PowerSamplerTest, RunWithABadNameIsRefused) {
    EXPECT_FALSE(PowerSampler::start({}, options("../../etc/passwd"), {}));
}

TEST(PowerSampler, DeclaredPeriodIsNeverShorterThanTheSamplingPeriod) {
    const auto devices = PowerSampler::devices(onlySource(std::make_unique<FailingSource>()), 250);
    ASSERT_EQ(devices.size(), 2u);
    EXPECT_DOUBLE_EQ(devices[0].period_s, 5.0);
    EXPECT_DOUBLE_EQ(devices[1].period_s, 0.5);
    EXPECT_DOUBLE_EQ(
        PowerSampler::devices(onlySource(std::make_unique<FailingSource>()), 600)[1].period_s, 0.6);
}

TEST(AlignCounter, CountersOfProcessesThatBeganInDifferentTurnsAreOneCounter) {
    constexpr double kRange = 262'143.3;
    EXPECT_DOUBLE_EQ(alignCounter(100.0, 90.0, kRange), 100.0);
    EXPECT_DOUBLE_EQ(alignCounter(100.0, kRange + 95.0, kRange), kRange + 100.0);
    EXPECT_DOUBLE_EQ(alignCounter(3 * kRange + 100.0, 95.0, kRange), 100.0);
}

}  // namespace
}  // namespace wattline
