// SPDX-License-Identifier: Apache-2.0
#include "telemetry/publish/publisher.h"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "telemetry/core/workspace.h"
#include "telemetry/publish/outbox.h"
#include "telemetry/publish/publisher_loop.h"

namespace wattline {
namespace {

/// How long close() waits for a journal that refuses.
constexpr int kClosePatienceMs = 5000;
constexpr std::size_t kMaxEventText = 64 << 10;

Result<void> checkStream(const wire::Hello& hello) {
    const bool good = isRunId(hello.run) && hello.attempt >= 1 &&
                      hello.world_size <= wire::kMaxRanks && hello.rank < hello.world_size;
    if (good) return {};
    return fail(ExitCode::Usage, "rank " + std::to_string(hello.rank) + " of " +
                                     std::to_string(hello.world_size) + " in attempt " +
                                     std::to_string(hello.attempt) + " of run '" + hello.run +
                                     "' cannot be published; the run id or a number is wrong");
}

}  // namespace

struct Publisher::Impl {
    Impl(PublisherOptions given, const Clock& given_clock)
        : options(std::move(given)), clock(given_clock), queues(options.ring_records, clock) {}

    PublisherOptions options;
    const Clock& clock;
    PublisherQueues queues;
    std::string outcome;    ///< written before the thread is asked to stop
    Result<void> finished;  ///< written by the thread, read after it was joined
    std::jthread thread;    ///< last: joined before what it uses goes away

    /// The publisher thread. It owns the journal and the sink from its first line to its last.
    void run(const std::stop_token& stop, std::unique_ptr<Outbox> outbox) {
        PublisherLoop loop(options, queues, std::move(outbox), clock);
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        const auto period = std::chrono::milliseconds(options.drain_period_ms);
        while (!stop.stop_requested()) {
            turnSafely(loop);
            wake.wait_for(lock, stop, period, [] { return false; });
        }
        try {
            finished = loop.finish(outcome, kClosePatienceMs);
        } catch (const std::exception& error) {
            finished = fail(ExitCode::Failed,
                            std::string("the journal could not be closed (") + error.what() + ")");
        }
    }

    /// Nothing escapes the thread. What a failed turn did not queue is still in the rings.
    void turnSafely(PublisherLoop& loop) noexcept {
        try {
            loop.turn();
        } catch (const std::exception& error) {
            if (queues.counters.journal_errors++ == 0)
                std::fprintf(stderr, "wattline: rank %u: publishing failed (%s); trying again\n",
                             options.hello.rank, error.what());
        }
    }
};

Publisher::Publisher(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Result<std::unique_ptr<Publisher>> Publisher::open(PublisherOptions options,
                                                   std::unique_ptr<Sink> sink, const Clock& clock) {
    if (auto ok = checkStream(options.hello); !ok) return tl::unexpected(ok.error());
    const auto& hello = options.hello;
    auto journal = wire::JournalWriter::open(RunFolder{options.run_folder}.journal(), hello.attempt,
                                             hello.rank, wire::kPartBytes, *options.files);
    if (!journal) return tl::unexpected(journal.error());
    auto impl = std::make_unique<Impl>(std::move(options), clock);
    // The hello is journaled here, so that a run which cannot write learns it before it trains. The
    // sink takes no frame yet: it is tended, and thereby connected, on the publisher's thread.
    auto outbox = std::make_unique<Outbox>(impl->options.hello, std::move(*journal),
                                           std::move(sink), clock, impl->queues.counters);
    outbox->addHello(impl->options.hello);
    if (auto ok = outbox->flushNow(); !ok) return tl::unexpected(ok.error());
    impl->thread =
        std::jthread([&state = *impl, box = std::move(outbox)](
                         const std::stop_token& stop) mutable { state.run(stop, std::move(box)); });
    return std::unique_ptr<Publisher>(new Publisher(std::move(impl)));
}

Publisher::~Publisher() {
    if (!m_impl->thread.joinable()) return;
    if (const auto closed = close("failed"); !closed)
        std::fprintf(stderr, "wattline: %s\n", closed.error().message.c_str());
}

void Publisher::record(const StepRecord& record) noexcept {
    m_impl->queues.steps.push(record);
}

void Publisher::recordPower(const PowerRecord& record) noexcept {
    m_impl->queues.power.push(record);
}

void Publisher::event(wire::Event event) {
    if (event.mono_ns == 0) event.mono_ns = m_impl->clock.monotonicNs();
    for (auto* text : {&event.text, &event.reason})
        if (text->size() > kMaxEventText) text->resize(kMaxEventText);
    m_impl->queues.events.push(std::move(event));
}

std::optional<wire::Command> Publisher::takeCommand() {
    return m_impl->queues.commands.take();
}

void Publisher::setState(RunState state) noexcept {
    m_impl->queues.state.store(state, std::memory_order_relaxed);
}

void Publisher::setSamplerCpu(double seconds) noexcept {
    m_impl->queues.sampler_cpu_s.store(seconds, std::memory_order_relaxed);
}

Result<void> Publisher::close(const std::string& outcome) {
    if (m_impl->thread.joinable()) {
        m_impl->outcome = outcome;
        m_impl->thread.request_stop();
        m_impl->thread.join();
    }
    return m_impl->finished;
}

PublisherStats Publisher::stats() const noexcept {
    const auto& q = m_impl->queues;
    PublisherStats stats;
    stats.recorded = q.steps.recorded() + q.power.recorded();
    stats.dropped = q.dropped();
    stats.journaled = q.counters.journaled;
    stats.sent = q.counters.sent;
    stats.unsent = q.counters.unsent;
    stats.journal_errors = q.counters.journal_errors;
    stats.syncs = q.counters.syncs;
    stats.sync_ns_max = q.counters.sync_ns_max;
    stats.record_ns_mean = q.steps.pushNsMean();
    return stats;
}

}  // namespace wattline
