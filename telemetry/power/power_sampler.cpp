// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/power_sampler.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <pthread.h>
#include <stop_token>
#include <thread>

#include "telemetry/core/mutex.h"
#include "telemetry/core/units.h"

namespace wattline {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kCounterPeriodNs = 1'000 * kNsPerMs;

PowerReading tryRead(PowerSource& source, std::size_t device, bool with_counter) noexcept {
    try {
        return source.read(device, {.counter = with_counter, .state = with_counter});
    } catch (...) {
        return {};  // a gap; the record's NaN says so
    }
}

}  // namespace

struct PowerSampler::Impl {
    std::vector<std::unique_ptr<PowerSource>> sources;
    std::int64_t period_ns;
    Deliver deliver;
    const Clock& clock;
    std::atomic<std::uint64_t> undelivered{0};
    Mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread;  // last: it uses all of the above

    Impl(std::vector<std::unique_ptr<PowerSource>> s, int period_ms, Deliver d, const Clock& c)
        : sources(std::move(s)), period_ns(std::max(1, period_ms) * kNsPerMs),
          deliver(std::move(d)), clock(c) {
        thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
        pthread_setname_np(thread.native_handle(), "wattline-power");
    }

    /// Absolute deadlines: a slow read delays one sample, not all that follow.
    void run(const std::stop_token& stop) noexcept {
        const std::int64_t start = clock.monotonicNs();
        std::int64_t counter_due = start;
        while (!stop.stop_requested()) {
            const std::int64_t now = clock.monotonicNs();
            const bool with_counter = now >= counter_due;
            if (with_counter) counter_due = now + kCounterPeriodNs;
            sampleAll(with_counter);
            waitForNext(start, stop);
        }
        sampleAll(true);
    }

    void waitForNext(std::int64_t start, const std::stop_token& stop) noexcept {
        const std::int64_t now = clock.monotonicNs();
        const std::int64_t next = start + ((now - start) / period_ns + 1) * period_ns;
        MutexLock lock(mutex);
        wake.wait_for(mutex, stop, std::chrono::nanoseconds(next - now), [] { return false; });
    }

    void sampleAll(bool with_counter) noexcept {
        std::uint32_t index = 0;
        for (const auto& source : sources)
            for (std::size_t i = 0; i < source->devices().size(); ++i)
                sampleOne(*source, i, index++, with_counter);
    }

    void sampleOne(PowerSource& source, std::size_t device, std::uint32_t index,
                   bool with_counter) noexcept {
        const std::int64_t before = clock.monotonicNs();
        const PowerReading reading = tryRead(source, device, with_counter);
        PowerRecord record;
        record.at_ns = before + (clock.monotonicNs() - before) / 2;
        record.device = index;
        if (reading.power) record.power_w = reading.power->value;
        if (reading.counter) record.counter_j = reading.counter->value;
        record.state = reading.state;
        try {
            deliver(record);
        } catch (...) {
            undelivered.fetch_add(1, std::memory_order_relaxed);  // a count, orders nothing
        }
    }
};

PowerSampler::PowerSampler(std::vector<std::unique_ptr<PowerSource>> sources, int period_ms,
                           Deliver deliver, const Clock& clock)
    : m_impl(std::make_unique<Impl>(std::move(sources), period_ms, std::move(deliver), clock)) {}

PowerSampler::~PowerSampler() {
    stop();
}

std::vector<PowerDevice>
PowerSampler::devices(const std::vector<std::unique_ptr<PowerSource>>& sources, int period_ms) {
    std::vector<PowerDevice> all;
    for (const auto& source : sources) {
        for (auto device : source->devices()) {
            device.period_s = std::max(device.period_s, std::max(1, period_ms) / 1000.0);
            all.push_back(std::move(device));
        }
    }
    return all;
}

void PowerSampler::stop() {
    if (!m_impl->thread.joinable()) return;
    m_impl->thread.request_stop();
    m_impl->thread.join();
}

std::uint64_t PowerSampler::undelivered() const noexcept {
    return m_impl->undelivered.load(std::memory_order_relaxed);
}

}  // namespace wattline
