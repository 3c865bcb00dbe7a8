// SPDX-License-Identifier: Apache-2.0
#include "telemetry/power/power_sampler.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <mutex>
#include <pthread.h>
#include <thread>

#include "telemetry/core/clock.h"
#include "telemetry/core/host.h"
#include "telemetry/power/device_seat.h"
#include "telemetry/power/node_folder.h"
#include "telemetry/power/sampling_schedule.h"

namespace wattline {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

/// CPU time of the calling thread, in seconds.
double threadCpuSeconds() noexcept {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

std::uint64_t seedFrom(const RunId& run) noexcept {
    return std::hash<std::string>{}(run);
}

}  // namespace

struct PowerSampler::Impl {
    Impl(std::vector<std::unique_ptr<PowerSource>> s, SamplerOptions o, SamplerOutput out)
        : sources(std::move(s)), options(std::move(o)), output(std::move(out)),
          period_ns(std::max(1, options.period_ms) * kNsPerMs),
          schedule(systemClock().monotonicNs(), period_ns, options.jitter, seedFrom(options.run)) {
        std::uint32_t index = 0;
        for (const auto& source : sources)
            for (std::size_t i = 0; i < source->devices().size(); ++i)
                seats.push_back(std::make_unique<DeviceSeat>(
                    *source, i, index++,
                    DeviceSeat::Options{options.run, options.folder, options.boot_id, period_ns,
                                        options.silence_ms * kNsPerMs}));
    }

    const std::vector<std::unique_ptr<PowerSource>> sources;
    const SamplerOptions options;
    const SamplerOutput output;
    const std::int64_t period_ns;

    // The thread's own.
    SamplingSchedule schedule;
    std::vector<std::unique_ptr<DeviceSeat>> seats;
    std::int64_t election_due = 0, counter_due = 0;

    std::atomic<std::uint64_t> undelivered{0};
    // A std::condition_variable waits for a deadline on CLOCK_MONOTONIC, which a stop ends at once.
    std::mutex mutex;
    std::condition_variable wake;
    bool stopping = false;  ///< by mutex, as the next two
    bool ended = false;     ///< the thread has nothing more to say
    bool closed = false;    ///< nobody listens any more
    std::thread thread;

    void run() noexcept {
        try {
            while (turn()) {
            }
            for (auto& seat : seats)
                seat->finish([this](const PowerRecord& record) { deliver(record); });
            seats.clear();  // gives the roles back: other ranks may go on for longer
            tellCost();
        } catch (const std::exception&) {
            // Memory is at its end: what follows is a gap.
        }
        const std::lock_guard lock(mutex);
        ended = true;
        wake.notify_all();
    }

    /// Elects and samples as it is due, then waits; false when told to stop.
    bool turn() {
        const std::int64_t now = systemClock().monotonicNs();
        if (now >= election_due) {
            election_due = now + options.election_period_ms * kNsPerMs;
            elect(now);
        }
        const bool with_counter = now >= counter_due;
        if (with_counter) counter_due = now + options.counter_period_ms * kNsPerMs;
        bool recording = false;
        for (auto& seat : seats) {
            seat->sample(with_counter, [this](const PowerRecord& record) { deliver(record); });
            recording = recording || seat->recording();
        }
        // A process that records nothing wakes for the elections alone.
        const std::int64_t after = systemClock().monotonicNs();
        return waitUntil(recording ? schedule.next(after) : std::max(election_due, after + 1));
    }

    void elect(std::int64_t now) {
        auto wanted_ns = period_ns;
        for (std::size_t i = 0; i < seats.size(); ++i) {
            seats[i]->elect(now);
            wanted_ns = std::min(wanted_ns, seats[i]->wantedPeriodNs(now));
            if (const auto runs = seats[i]->sharingChange())
                tellSharing({now, static_cast<std::uint32_t>(i), *runs});
        }
        schedule.setPeriod(wanted_ns);
        tellCost();
    }

    [[nodiscard]] bool waitUntil(std::int64_t deadline_ns) {
        std::unique_lock lock(mutex);
        const std::chrono::steady_clock::time_point deadline{std::chrono::nanoseconds(deadline_ns)};
        return !wake.wait_until(lock, deadline, [this] { return stopping; });
    }

    void deliver(const PowerRecord& record) {
        const std::lock_guard lock(mutex);
        if (closed) return;
        try {
            output.record(record);
        } catch (...) {
            undelivered.fetch_add(1, std::memory_order_relaxed);  // a count, orders nothing
        }
    }

    void tellSharing(const DeviceSharing& sharing) {
        const std::lock_guard lock(mutex);
        if (!closed && output.sharing) output.sharing(sharing);
    }

    void tellCost() {
        const double cpu_s = threadCpuSeconds();
        const std::lock_guard lock(mutex);
        if (!closed && output.cost) output.cost(cpu_s);
    }
};

Result<std::unique_ptr<PowerSampler>>
PowerSampler::start(std::vector<std::unique_ptr<PowerSource>> sources, SamplerOptions options,
                    SamplerOutput output) {
    if (!isRunId(options.run)) return fail(ExitCode::Usage, "'" + options.run + "' is no run id");
    if (options.folder.empty()) {
        auto folder = nodeFolder();
        if (!folder) return tl::unexpected(folder.error());
        options.folder = std::move(*folder);
    }
    if (options.boot_id.empty()) options.boot_id = bootId();
    auto impl = std::make_shared<Impl>(std::move(sources), std::move(options), std::move(output));
    impl->thread = std::thread([impl] { impl->run(); });
    pthread_setname_np(impl->thread.native_handle(), "wattline-power");
    return std::unique_ptr<PowerSampler>(new PowerSampler(std::move(impl)));
}

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

bool PowerSampler::stop() {
    auto& impl = *m_impl;
    if (!impl.thread.joinable()) return !impl.closed || impl.ended;
    std::unique_lock lock(impl.mutex);
    impl.stopping = true;
    impl.wake.notify_all();
    const bool ended = impl.wake.wait_for(
        lock, std::chrono::milliseconds(impl.options.stop_limit_ms), [&] { return impl.ended; });
    impl.closed = true;
    lock.unlock();
    if (ended)
        impl.thread.join();
    else
        impl.thread.detach();  // it keeps its part of impl until the sensor answers, if ever
    return ended;
}

std::uint64_t PowerSampler::undelivered() const noexcept {
    return m_impl->undelivered.load(std::memory_order_relaxed);
}

}  // namespace wattline
