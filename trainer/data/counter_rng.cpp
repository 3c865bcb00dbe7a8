// SPDX-License-Identifier: Apache-2.0
#include "trainer/data/counter_rng.h"

namespace wattline::trainer {
namespace {

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection whose output passes BigCrush
// when fed a counter times the golden ratio.
std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

}  // namespace

CounterRng::CounterRng(std::uint64_t seed, std::uint64_t stream, std::uint64_t a,
                       std::uint64_t b) noexcept
    : m_key(mix(mix(mix(mix(seed + kGolden) + stream * kGolden) + a * kGolden) + b * kGolden)) {}

std::uint64_t CounterRng::next() noexcept {
    return mix(m_key + ++m_counter * kGolden);
}

double CounterRng::uniform() noexcept {
    return static_cast<double>(next() >> 11) * 0x1p-53;
}

std::uint64_t CounterRng::below(std::uint64_t bound) noexcept {
    const std::uint64_t unbiased = bound * (~std::uint64_t{0} / bound);
    std::uint64_t x = next();
    while (x >= unbiased)
        x = next();
    return x % bound;
}

}  // namespace wattline::trainer
