// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "telemetry/core/workspace.h"
#include "tests/telemetry/wire/sample_frames.h"

// tests/data/wire-1.0 and wire-1.1 hold one frame of each kind as that version wrote it. These
// files never change: a failure here means that old journals would be read differently.
// WATTLINE_WRITE_GOLDEN=1 writes files that are missing, for a new kind.

namespace wattline::wire {
namespace {

constexpr const char* kNow = "wire-1.1";

std::filesystem::path goldenFile(const std::string& version, const std::string& kind) {
    return std::filesystem::path(WATTLINE_TEST_DATA) / version / (kind + ".wlf");
}

test::Bytes contents(const std::filesystem::path& path) {
    const auto text = readFile(path).value_or("");
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

void writeMissing(const std::filesystem::path& path, const test::Bytes& bytes) {
    if (std::getenv("WATTLINE_WRITE_GOLDEN") == nullptr || std::filesystem::exists(path)) return;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
}

TEST(GoldenFrames, EveryKindIsWrittenByteForByteAsBefore) {
    for (const auto& [kind, bytes] : test::sampleFrames()) {
        writeMissing(goldenFile(kNow, kind), bytes);
        EXPECT_EQ(contents(goldenFile(kNow, kind)), bytes) << kind;
    }
}

TEST(GoldenFrames, EveryKindOfEveryVersionIsStillRead) {
    for (const char* version : {"wire-1.0", kNow})
        for (const auto& [kind, ignored] : test::sampleFrames()) {
            if (kind == "replay" && std::string(version) == "wire-1.0") continue;  // came with 1.1
            const auto bytes = contents(goldenFile(version, kind));
            const auto frame = decode(bytes);
            ASSERT_TRUE(frame) << version << " " << kind << ": " << name(frame.error().error);
            EXPECT_EQ(frame->envelope.run, "20261121-104512-7f3a");
            EXPECT_EQ(frame->frame_bytes, bytes.size());
        }
}

TEST(GoldenFrames, PowerOfVersionOneNoughtHasNoStateAndTheSameFigures) {
    const auto bytes = contents(goldenFile("wire-1.0", "power"));
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame);
    ASSERT_EQ(frame->record_size, kPowerRecordBytes10);
    ASSERT_EQ(frame->count, 2U);
    const auto record = frame->power(0);
    EXPECT_EQ(record.at_ns, 5'000'000'000);
    EXPECT_EQ(record.device, 1U);
    EXPECT_EQ(record.power_w, 312.5);
    EXPECT_EQ(record.counter_j, 1234.5);
    EXPECT_TRUE(std::isnan(record.state.temperature_c)) << "absent, not 0 degrees";
    EXPECT_TRUE(std::isnan(record.state.memory_used_bytes));
    EXPECT_EQ(record.state.throttle, throttle::kUnknown) << "absent, not 'none'";
    EXPECT_TRUE(std::isnan(frame->power(1).power_w));
}

TEST(GoldenFrames, StateLiesBehindThePrefixOfVersionOneNought) {
    const auto bytes = contents(goldenFile(kNow, "power"));
    ASSERT_EQ(bytes.size(), 80U + 2 * 64U);
    const auto f32 = [&](std::size_t at) {
        float value = 0.0F;
        std::memcpy(&value, bytes.data() + 80 + at, sizeof value);
        return value;
    };
    EXPECT_EQ(f32(32), 61.5F);
    EXPECT_EQ(f32(36), 1410.0F);
    EXPECT_EQ(f32(40), 1593.0F);
    EXPECT_EQ(f32(44), 0.75F);
    EXPECT_EQ(f32(48), 400.0F);
    EXPECT_EQ(std::to_integer<unsigned>(bytes[80 + 52]), 3U);
    double used = 0.0;
    std::memcpy(&used, bytes.data() + 80 + 56, sizeof used);
    EXPECT_EQ(used, 8.0e9);
    EXPECT_EQ(std::to_integer<unsigned>(bytes[80 + 64 + 52]), 0xFFU) << "the gap's throttle bits";
}

TEST(GoldenFrames, FieldsLieWhereTheContractSaysTheyDo) {
    const auto bytes = contents(goldenFile(kNow, "steps"));
    ASSERT_EQ(bytes.size(), 80U + 2 * 88U);
    const auto u8 = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
    EXPECT_EQ(u8(0), 'W');
    EXPECT_EQ(u8(3), '1');
    EXPECT_EQ(u8(4), 1U);   // minor version
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
