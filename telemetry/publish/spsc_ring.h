// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace wattline {

/// A queue of fixed size between exactly one producer and one consumer thread. Wait-free on both
/// sides, no allocation after construction. Indices only grow; a slot is index modulo capacity.
///
///      tail (consumer) ──▶ [ filled ... ] ◀── head (producer)
///
/// Each side keeps the other's index as it last saw it, and looks again only when that says full
/// or empty: the shared cache lines travel once a lap, not once a record.
template <typename T> class SpscRing {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    explicit SpscRing(std::size_t at_least)
        : m_slots(std::bit_ceil(std::max<std::size_t>(at_least, 2))), m_mask(m_slots.size() - 1) {}

    [[nodiscard]] std::size_t capacity() const noexcept { return m_slots.size(); }

    /// False when the ring is full. Threads: producer only.
    [[nodiscard]] bool push(const T& value) noexcept {
        const auto head = m_head.load(std::memory_order_relaxed);  // own index
        if (head - m_tail_seen == m_slots.size()) {
            // Partner: the release in drop(). The consumer has copied what we overwrite.
            m_tail_seen = m_tail.load(std::memory_order_acquire);
            if (head - m_tail_seen == m_slots.size()) return false;
        }
        m_slots[head & m_mask] = value;
        // Partner: the acquire in peek(). The slot is written before it can be seen.
        m_head.store(head + 1, std::memory_order_release);
        return true;
    }

    /// Copies the oldest values and leaves them in the ring. Threads: consumer only.
    [[nodiscard]] std::size_t peek(std::span<T> out) noexcept {
        const auto tail = m_tail.load(std::memory_order_relaxed);  // own index
        if (m_head_seen - tail < out.size())
            m_head_seen = m_head.load(std::memory_order_acquire);  // partner: push()
        const auto count = std::min(m_head_seen - tail, out.size());
        for (std::size_t i = 0; i < count; ++i)
            out[i] = m_slots[(tail + i) & m_mask];
        return count;
    }

    /// Gives `count` slots back, at most as many as the last peek() copied. Threads: consumer only.
    void drop(std::size_t count) noexcept {
        const auto tail = m_tail.load(std::memory_order_relaxed);
        m_tail.store(tail + count, std::memory_order_release);  // partner: push()
    }

private:
    static constexpr std::size_t kCacheLine = 64;

    std::vector<T> m_slots;
    std::size_t m_mask;
    alignas(kCacheLine) std::atomic<std::size_t> m_head{0};  // written by the producer
    std::size_t m_tail_seen = 0;                             // producer's
    alignas(kCacheLine) std::atomic<std::size_t> m_tail{0};  // written by the consumer
    std::size_t m_head_seen = 0;                             // consumer's
};

}  // namespace wattline
