// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "telemetry/core/clock.h"
#include "telemetry/publish/spsc_ring.h"

namespace wattline {

/// A counter that one thread raises and others read. Plain load and store: no locked instruction.
class SingleWriterCounter {
public:
    void add(std::uint64_t n) noexcept {
        m_value.store(m_value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t get() const noexcept {
        return m_value.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> m_value{0};
};

/// A ring with its books: what was taken, what was refused, and what a push costs the caller.
/// Threads: push() one producer; ring().peek() and drop() one consumer; the figures any.
template <typename T> class RecordQueue {
public:
    RecordQueue(std::size_t at_least, const Clock& clock) : m_ring(at_least), m_clock(clock) {}

    void push(const T& record) noexcept {
        const auto calls = m_recorded.get() + m_dropped.get();
        if (calls % kSampleEvery != 0) {
            count(m_ring.push(record));
            return;
        }
        const auto before = m_clock.monotonicNs();
        count(m_ring.push(record));
        const auto after = m_clock.monotonicNs();
        m_sampled_ns.add(static_cast<std::uint64_t>(after - before));
        m_samples.add(1);
    }

    [[nodiscard]] SpscRing<T>& ring() noexcept { return m_ring; }
    [[nodiscard]] std::uint64_t recorded() const noexcept { return m_recorded.get(); }
    [[nodiscard]] std::uint64_t dropped() const noexcept { return m_dropped.get(); }
    /// Mean cost of a push, from every 64th; it includes one reading of the clock. NaN before the
    /// first.
    [[nodiscard]] double pushNsMean() const noexcept {
        const auto samples = m_samples.get();
        if (samples == 0) return std::numeric_limits<double>::quiet_NaN();
        return static_cast<double>(m_sampled_ns.get()) / static_cast<double>(samples);
    }

private:
    static constexpr std::uint64_t kSampleEvery = 64;

    void count(bool taken) noexcept { (taken ? m_recorded : m_dropped).add(1); }

    SpscRing<T> m_ring;
    const Clock& m_clock;
    SingleWriterCounter m_recorded, m_dropped, m_sampled_ns, m_samples;
};

}  // namespace wattline
