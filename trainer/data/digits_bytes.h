// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace wattline::trainer {

/// resources/data/digits.csv as it was at build time: 65 bytes a digit, 64 intensities 0..16 row by
/// row, then the digit itself.
[[nodiscard]] std::span<const std::uint8_t> digitsBytes();

}  // namespace wattline::trainer
