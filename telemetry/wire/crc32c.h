// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wattline::wire {

/// CRC-32C (Castagnoli, reflected 0x82F63B78), hardware instruction where there is one.
/// `seed` is the result for the bytes before these, so that a sum can be continued.
/// Threads: any; pure.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes,
                                   std::uint32_t seed = 0) noexcept;

/// The same sum without the instruction: what other processors run, and what the test compares.
[[nodiscard]] std::uint32_t crc32cPortable(std::span<const std::byte> bytes,
                                           std::uint32_t seed = 0) noexcept;

}  // namespace wattline::wire
