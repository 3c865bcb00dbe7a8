// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wattline::trainer {

/// Random numbers that are a function of a key and a counter, so that they do not depend on how
/// many ranks or threads draw them, nor in which order. Same numbers on every platform.
/// Threads: one owner; copies are independent.
class CounterRng {
public:
    /// `stream` keeps uses apart: one per purpose, so that two of them never share numbers.
    CounterRng(std::uint64_t seed, std::uint64_t stream, std::uint64_t a = 0,
               std::uint64_t b = 0) noexcept;

    [[nodiscard]] std::uint64_t next() noexcept;
    [[nodiscard]] double uniform() noexcept;  ///< [0, 1)
    [[nodiscard]] double uniform(double low, double high) noexcept {
        return low + (high - low) * uniform();
    }
    /// 0..bound-1 without bias; bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;

private:
    std::uint64_t m_key;
    std::uint64_t m_counter = 0;
};

namespace stream {
inline constexpr std::uint64_t kOrder = 1, kAugmentation = 2, kSyntheticImage = 3,
                               kSyntheticLabel = 4;
}

}  // namespace wattline::trainer
