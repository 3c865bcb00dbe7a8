// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "telemetry/core/workspace.h"
#include "tests/telemetry/wire/sample_frames.h"

// tests/data/wire-1.0 holds one frame of each kind as version 1.0 wrote it. These files never
// change: a failure here means that old journals would be read differently.
// WATTLINE_WRITE_GOLDEN=1 writes files that are missing, for a new kind.

namespace wattline::wire {
namespace {

std::filesystem::path goldenFile(const std::string& kind) {
    return std::filesystem::path(WATTLINE_TEST_DATA) / "wire-1.0" / (kind + ".wlf");
}

test::Bytes contents(const std::filesystem::path& path) {
    const auto text = readFile(path).value_or("");
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

void writeMissing(const std::filesystem::path& path, const test::Bytes& bytes) {
    if (std::getenv("WATTLINE_WRITE_GOLDEN") == nullptr || std::filesystem::exists(path)) return;
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
}

TEST(GoldenFrames, EveryKindIsWrittenByteForByteAsBefore) {
    for (const auto& [kind, bytes] : test::sampleFrames()) {
        writeMissing(goldenFile(kind), bytes);
        EXPECT_EQ(contents(goldenFile(kind)), bytes) << kind;
    }
}

TEST(GoldenFrames, EveryKindIsStillRead) {
    for (const auto& [kind, ignored] : test::sampleFrames()) {
        const auto bytes = contents(goldenFile(kind));
        const auto frame = decode(bytes);
        ASSERT_TRUE(frame) << kind << ": " << name(frame.error().error);
        EXPECT_EQ(frame->envelope.run, "20261121-104512-7f3a");
        EXPECT_EQ(frame->frame_bytes, bytes.size());
    }
}

TEST(GoldenFrames, FieldsLieWhereTheContractSaysTheyDo) {
    const auto bytes = contents(goldenFile("steps"));
    ASSERT_EQ(bytes.size(), 80U + 2 * 88U);
    const auto u8 = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
    EXPECT_EQ(u8(0), 'W');
    EXPECT_EQ(u8(3), '1');
    EXPECT_EQ(u8(5), 1U);   // major version
    EXPECT_EQ(u8(6), 2U);   // kind
    EXPECT_EQ(u8(8), 80U);  // header_size
    EXPECT_EQ(u8(12), 176U);
    EXPECT_EQ(u8(20), 2U);  // attempt
    EXPECT_EQ(u8(24), 3U);  // rank
    EXPECT_EQ(u8(28), 2U);  // count
    EXPECT_EQ(u8(32), 2U);  // first_sequence
    EXPECT_EQ(u8(40), 88U);
    EXPECT_EQ(u8(44), 1U);          // schema
    EXPECT_EQ(u8(48), '2');         // run id
    EXPECT_EQ(u8(80 + 8), 41U);     // step
    EXPECT_EQ(u8(80 + 16), 64U);    // samples
    EXPECT_EQ(u8(168 + 47), 128U);  // absent duration: the minimum of i64
}

}  // namespace
}  // namespace wattline::wire
