// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wattline::sim {

/// SplitMix64: the same numbers on every machine and library. Threads: one owner.
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept : m_state(seed) {}

    std::uint64_t next() noexcept {
        m_state += 0x9e3779b97f4a7c15ULL;
        auto z = m_state;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    /// low..high, both included.
    std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    std::size_t below(std::size_t end) noexcept { return static_cast<std::size_t>(next() % end); }
    bool chance(double probability) noexcept {
        return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability;
    }

private:
    std::uint64_t m_state;
};

}  // namespace wattline::sim
