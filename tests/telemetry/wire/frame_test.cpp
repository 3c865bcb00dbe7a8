// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/frame.h"

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "telemetry/wire/crc32c.h"
#include "tests/telemetry/wire/sample_frames.h"

namespace wattline::wire {
namespace {

using test::Bytes;

/// Overwrites a header field and makes the checksum right again, so that only the field is wrong.
template <typename T> Bytes with(Bytes frame, std::size_t offset, T value) {
    std::memcpy(frame.data() + offset, &value, sizeof value);
    std::memset(frame.data() + 16, 0, 4);
    const auto sum = crc32c(frame);
    std::memcpy(frame.data() + 16, &sum, sizeof sum);
    return frame;
}

Bytes stepsFrame() {
    Bytes out;
    appendSteps(out, test::sampleEnvelope(2), test::sampleSteps());
    return out;
}

DecodeError errorOf(const Bytes& bytes) {
    const auto frame = decode(bytes);
    EXPECT_FALSE(frame);
    return frame ? DecodeError::Truncated : frame.error().error;
}

TEST(Frame, StepRecordsComeBackBitForBit) {
    const auto records = test::sampleSteps();
    const auto bytes = stepsFrame();
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, Kind::Steps);
    EXPECT_EQ(frame->envelope.attempt, 2U);
    EXPECT_EQ(frame->envelope.rank, 3U);
    EXPECT_EQ(frame->envelope.first_sequence, 2U);
    ASSERT_EQ(frame->count, records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto copy = frame->step(i);
        EXPECT_EQ(std::memcmp(&copy, &records[i], sizeof copy), 0);
    }
    EXPECT_TRUE(std::isnan(frame->step(1).loss));
    EXPECT_FALSE(frame->step(1).phase(Phase::Forward));
}

TEST(Frame, PowerRecordsComeBackBitForBit) {
    const auto records = test::samplePower();
    Bytes bytes;
    appendPower(bytes, test::sampleEnvelope(9), records);
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame);
    ASSERT_EQ(frame->count, 2U);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto copy = frame->power(i);
        EXPECT_EQ(std::memcmp(&copy, &records[i], sizeof copy), 0);
    }
}

TEST(Frame, PowerBetweenTwoKnownLengthsIsReadAsTheShorterOne) {
    Bytes bytes;
    const auto records = test::samplePower();
    appendPower(bytes, test::sampleEnvelope(9), std::span(records).first(1));
    bytes.resize(80 + 40);  // cut inside the state: half of a field is none
    bytes = with(bytes, 12, std::uint32_t{40});
    bytes = with(bytes, 40, std::uint32_t{40});
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->power(0).power_w, 312.5);
    EXPECT_TRUE(std::isnan(frame->power(0).state.temperature_c));
    bytes.resize(80 + 31);
    bytes = with(bytes, 12, std::uint32_t{31});
    EXPECT_EQ(errorOf(with(bytes, 40, std::uint32_t{31})), DecodeError::BadSize);
}

TEST(Frame, FramesFollowEachOtherWithoutPadding) {
    Bytes stream;
    for (const auto& [kind, bytes] : test::sampleFrames())
        stream.insert(stream.end(), bytes.begin(), bytes.end());
    std::size_t frames = 0, at = 0;
    while (at < stream.size()) {
        const auto frame = decode(std::span(stream).subspan(at));
        ASSERT_TRUE(frame);
        at += frame->frame_bytes;
        ++frames;
    }
    EXPECT_EQ(frames, test::sampleFrames().size());
}

TEST(Frame, CutAtAnyLengthIsTruncatedAndNothingElse) {
    for (const auto& [kind, bytes] : test::sampleFrames())
        for (std::size_t size = 0; size < bytes.size(); ++size)
            ASSERT_EQ(errorOf({bytes.begin(), bytes.begin() + static_cast<long>(size)}),
                      DecodeError::Truncated)
                << kind << " at " << size;
}

TEST(Frame, NoFlippedBitGoesUnnoticed) {
    for (auto [kind, bytes] : test::sampleFrames())
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
            ASSERT_FALSE(decode(bytes)) << kind << ", bit " << bit;
            bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        }
}

TEST(Frame, RandomBytesAndRandomHeadersNeverCrashTheDecoder) {
    std::mt19937_64 random(7);
    const auto original = stepsFrame();
    for (int round = 0; round < 20'000; ++round) {
        Bytes noise(random() % 300);
        for (auto& b : noise)
            b = static_cast<std::byte>(random());
        EXPECT_FALSE(decode(noise));
        // A right checksum over random fields reaches the checks behind it.
        const auto offset = 20 + 4 * (random() % 7);
        const auto damaged = with(original, offset, static_cast<std::uint32_t>(random()));
        if (const auto frame = decode(damaged))
            for (std::size_t i = 0; i < frame->count; ++i)
                static_cast<void>(frame->step(i));
    }
}

TEST(Frame, AnotherMajorVersionIsRefusedAndAHigherMinorIsRead) {
    EXPECT_EQ(errorOf(with(stepsFrame(), 4, std::uint16_t{0x0200})), DecodeError::BadVersion);
    EXPECT_TRUE(decode(with(stepsFrame(), 4, std::uint16_t{0x0107})));
}

TEST(Frame, ALaterHeaderAndLongerRecordsAreReadByTheirKnownPrefix) {
    const auto records = test::sampleSteps();
    auto bytes = stepsFrame();
    bytes.insert(bytes.begin() + 80 + 88, 8, std::byte{0xAA});  // a column after the first record
    bytes.insert(bytes.end(), 8, std::byte{0xBB});              // and after the second
    bytes.insert(bytes.begin() + 80, 16, std::byte{0xCC});      // two fields more in the header
    bytes = with(bytes, 8, std::uint32_t{96});
    bytes = with(bytes, 12, std::uint32_t{2 * 96});
    bytes = with(bytes, 40, std::uint32_t{96});
    const auto frame = decode(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->step(0).loss, records[0].loss);
    EXPECT_EQ(frame->step(1).step, records[1].step);
    EXPECT_EQ(frame->frame_bytes, bytes.size());
}

TEST(Frame, UnknownKindsAndSchemasSayHowFarToSkip) {
    const auto bytes = stepsFrame();
    for (const auto& later :
         {with(bytes, 6, std::uint16_t{99}), with(bytes, 44, std::uint32_t{2})}) {
        const auto frame = decode(later);
        ASSERT_FALSE(frame);
        EXPECT_EQ(frame.error().error, DecodeError::UnknownKind);
        EXPECT_EQ(frame.error().skip_bytes, bytes.size());
    }
}

TEST(Frame, SizesThatContradictEachOtherAreRefused) {
    const auto steps = stepsFrame();
    constexpr auto kMax = std::numeric_limits<std::uint32_t>::max();
    EXPECT_EQ(errorOf(with(steps, 8, std::uint32_t{79})), DecodeError::BadSize);
    EXPECT_EQ(errorOf(with(steps, 8, kMax)), DecodeError::BadSize);
    EXPECT_EQ(errorOf(with(steps, 12, kMax)), DecodeError::BadSize);
    EXPECT_EQ(errorOf(with(steps, 28, std::uint32_t{3})), DecodeError::BadSize);
    EXPECT_EQ(errorOf(with(steps, 28, kMax)), DecodeError::BadSize);
    EXPECT_EQ(errorOf(with(steps, 40, std::uint32_t{87})), DecodeError::BadSize);
    // 2 records of 2^31 + 44 bytes: the product is 176 in 32 bits.
    EXPECT_EQ(errorOf(with(steps, 40, std::uint32_t{0x80000058})), DecodeError::BadSize);
}

TEST(Frame, FieldsOutOfRangeAreRefused) {
    const auto steps = stepsFrame();
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(errorOf(with(steps, 20, std::uint32_t{0})), DecodeError::BadField);  // attempt
    EXPECT_EQ(errorOf(with(steps, 24, kMaxRanks)), DecodeError::BadField);
    EXPECT_EQ(errorOf(with(steps, 28, std::uint32_t{0})), DecodeError::BadField);  // count
    EXPECT_EQ(errorOf(with(steps, 32, std::uint64_t{0})), DecodeError::BadField);
    EXPECT_EQ(errorOf(with(steps, 32, kMax - 1)), DecodeError::BadField);  // sequence overflows
    EXPECT_EQ(errorOf(with(steps, 48, '/')), DecodeError::BadField);       // run id: a path
    EXPECT_EQ(errorOf(with(steps, 48, '\0')), DecodeError::BadField);      // not NUL padded
    EXPECT_EQ(errorOf(with(steps, 79, 'x')), DecodeError::BadField);

    const auto beat = test::jsonFrame(Kind::Heartbeat, 0, "{}");
    EXPECT_EQ(errorOf(with(beat, 32, std::uint64_t{5})), DecodeError::BadField);
    EXPECT_EQ(errorOf(with(beat, 28, std::uint32_t{2})), DecodeError::BadField);
    EXPECT_EQ(errorOf(with(beat, 40, std::uint32_t{2})), DecodeError::BadField);
}

TEST(Frame, SomethingElseIsNotAFrame) {
    const std::string text = "GET / HTTP/1.1\r\n";
    const auto bytes = std::as_bytes(std::span(text));
    EXPECT_EQ(errorOf({bytes.begin(), bytes.end()}), DecodeError::BadMagic);
    EXPECT_EQ(errorOf(Bytes(200)), DecodeError::BadMagic);  // zeros, as a network tail may show
}

}  // namespace
}  // namespace wattline::wire
