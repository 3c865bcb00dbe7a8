// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace wattline::wire {
namespace {

constexpr std::array<std::uint32_t, 256> makeTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t sum = byte;
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum >> 1) ^ ((sum & 1U) != 0 ? 0x82F63B78U : 0U);
        table[byte] = sum;
    }
    return table;
}
constexpr auto kTable = makeTable();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32cSse42(std::span<const std::byte> bytes,
                                                            std::uint32_t seed) noexcept {
    std::uint64_t sum = ~seed;
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof word);
        sum = _mm_crc32_u64(sum, word);
    }
    auto tail = static_cast<std::uint32_t>(sum);
    for (; i < bytes.size(); ++i)
        tail = _mm_crc32_u8(tail, static_cast<std::uint8_t>(bytes[i]));
    return ~tail;
}

bool hasSse42() noexcept {
    return __builtin_cpu_supports("sse4.2") != 0;
}
#endif

}  // namespace

std::uint32_t crc32cPortable(std::span<const std::byte> bytes, std::uint32_t seed) noexcept {
    std::uint32_t sum = ~seed;
    for (const auto byte : bytes)
        sum = (sum >> 8) ^ kTable[(sum ^ static_cast<std::uint32_t>(byte)) & 0xFFU];
    return ~sum;
}

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed) noexcept {
#if defined(__x86_64__)
    static const bool hardware = hasSse42();
    if (hardware) return crc32cSse42(bytes, seed);
#endif
    return crc32cPortable(bytes, seed);
}

}  // namespace wattline::wire
