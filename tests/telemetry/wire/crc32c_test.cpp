// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/crc32c.h"

#include <gtest/gtest.h>
#include <random>
#include <string_view>
#include <vector>

namespace wattline::wire {
namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text));
}

TEST(Crc32c, GivesTheKnownAnswers) {
    EXPECT_EQ(crc32c(bytesOf("123456789")), 0xE3069283U);
    EXPECT_EQ(crc32cPortable(bytesOf("123456789")), 0xE3069283U);
    const std::vector<std::byte> zeros(32);  // RFC 3720, B.4
    EXPECT_EQ(crc32c(zeros), 0x8A9136AAU);
    EXPECT_EQ(crc32cPortable(zeros), 0x8A9136AAU);
    EXPECT_EQ(crc32c({}), 0U);
}

TEST(Crc32c, InstructionAndTableAgreeAtEveryLengthAndAlignment) {
    std::mt19937 random(1);
    std::vector<std::byte> bytes(300);
    for (auto& b : bytes)
        b = static_cast<std::byte>(random());
    for (std::size_t start = 0; start < 9; ++start)
        for (std::size_t size = 0; start + size <= bytes.size(); ++size) {
            const auto part = std::span(bytes).subspan(start, size);
            ASSERT_EQ(crc32c(part), crc32cPortable(part)) << start << " " << size;
        }
}

TEST(Crc32c, ContinuesAcrossPieces) {
    const auto whole = bytesOf("energy over GPU hours");
    for (std::size_t cut = 0; cut <= whole.size(); ++cut)
        EXPECT_EQ(crc32c(whole.subspan(cut), crc32c(whole.first(cut))), crc32c(whole));
}

}  // namespace
}  // namespace wattline::wire
