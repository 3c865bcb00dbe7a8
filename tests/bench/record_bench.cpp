// SPDX-License-Identifier: Apache-2.0
// `record`: what a step pays for being recorded, while a publisher thread drains the ring, writes
// the journal and hands frames to a sink. That it allocates nothing is a test: record_cost_test.
#include <algorithm>
#include <array>
#include <benchmark/benchmark.h>
#include <thread>
#include <vector>

#include "telemetry/publish/publisher.h"
#include "tests/bench/bench_records.h"
#include "tests/support/temporary_folder.h"

namespace wattline::bench {
namespace {

/// A quarter of the ring, so that nothing is dropped: a refused record would be too cheap.
constexpr std::size_t kBlock = std::size_t{1} << 14;

class RecordBench {
public:
    RecordBench() : m_records(kBlock) {
        RecordSource source;
        for (std::size_t i = 0; i < kBlock; ++i)
            m_records[i] = source.step(0, i + 1);
        PublisherOptions options;
        options.run_folder = m_folder.path();
        options.hello.run = "20261121-104512-7f3a";
        options.drain_period_ms = 1;
        m_publisher = Publisher::open(options, std::make_unique<NullSink>(), systemClock()).value();
    }

    /// What the training thread does for one block: each record's clock reading, then record().
    void pushBlock() {
        for (auto& record : m_records) {
            record.end_ns = systemClock().monotonicNs();
            m_publisher->record(record);
        }
    }

    void waitUntilDrained() {
        const auto all = m_publisher->stats().recorded;
        while (m_publisher->stats().journaled < all)
            std::this_thread::yield();
    }

    /// Time between consecutive ends of record() in ns; one clock reading serves two neighbours.
    void timeEach(std::vector<std::int64_t>& out) {
        auto before = systemClock().monotonicNs();
        for (auto& record : m_records) {
            record.end_ns = before;
            m_publisher->record(record);
            const auto now = systemClock().monotonicNs();
            out.push_back(now - before);
            before = now;
        }
        waitUntilDrained();
    }

    [[nodiscard]] std::uint64_t dropped() const { return m_publisher->stats().dropped; }

private:
    test::TemporaryFolder m_folder;
    std::vector<StepRecord> m_records;
    std::unique_ptr<Publisher> m_publisher;
};

void addLatencies(benchmark::State& state, RecordBench& bench) {
    constexpr int kBlocks = 64;  // a million calls
    std::vector<std::int64_t> ns;
    ns.reserve(kBlocks * kBlock);
    for (int i = 0; i < kBlocks; ++i)
        bench.timeEach(ns);
    const auto quantile = [&ns](double q) {
        const auto at =
            ns.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(ns.size()));
        std::ranges::nth_element(ns, at);
        return static_cast<double>(*at);
    };
    state.counters["p50_ns"] = quantile(0.5);
    state.counters["p99_ns"] = quantile(0.99);
    state.counters["p999_ns"] = quantile(0.999);
}

void record(benchmark::State& state) {
    RecordBench bench;
    while (state.KeepRunningBatch(kBlock)) {
        bench.pushBlock();
        state.PauseTiming();
        bench.waitUntilDrained();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations());
    addLatencies(state, bench);
    if (bench.dropped() > 0)
        state.SkipWithError("the ring was full: refused records are too cheap");
}
BENCHMARK(record);

}  // namespace
}  // namespace wattline::bench
