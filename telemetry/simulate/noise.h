// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wattline::simulate {

/// Noise that is looked up instead of drawn: the same key gives the same number, in any order.
/// Threads: any; pure.
struct NoiseKey {
    std::uint64_t seed = 0;
    std::uint64_t purpose = 0;  ///< what it is for; noises of two purposes have nothing in common
    std::uint64_t who = 0, when = 0;
};

/// SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
constexpr std::uint64_t scramble(std::uint64_t x) noexcept {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

constexpr std::uint64_t bitsOf(const NoiseKey& key) noexcept {
    return scramble(scramble(scramble(scramble(key.seed) ^ key.purpose) ^ key.who) ^ key.when);
}

/// From 0 to below 1.
constexpr double uniform(const NoiseKey& key) noexcept {
    return static_cast<double>(bitsOf(key) >> 11) * 0x1.0p-53;
}

/// Mean 0, deviation 1, never beyond 3: the sum of three uniform numbers from -1 to 1.
constexpr double bell(const NoiseKey& key) noexcept {
    const auto bits = bitsOf(key);
    double sum = 0.0;
    for (int i = 0; i < 3; ++i)
        sum += static_cast<double>((bits >> (21 * i)) & 0x1fffffU) * 0x1.0p-20 - 1.0;
    return sum;
}

}  // namespace wattline::simulate
