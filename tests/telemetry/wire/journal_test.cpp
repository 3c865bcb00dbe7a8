// SPDX-License-Identifier: Apache-2.0
#include "telemetry/wire/journal.h"

#include <chrono>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/file_size_limit.h"
#include "tests/support/temporary_folder.h"
#include "tests/telemetry/wire/sample_frames.h"

namespace wattline::wire {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// One steps frame with one record, whose step number equals its sequence.
test::Bytes frameOf(std::uint64_t sequence, std::uint32_t attempt = 1, std::uint32_t rank = 0) {
    StepRecord record;
    record.step = sequence;
    test::Bytes out;
    appendSteps(out, {"run-1", attempt, rank, sequence}, std::span(&record, 1));
    return out;
}
const std::size_t kFrameBytes = frameOf(1).size();

struct Read {
    std::vector<std::uint64_t> steps;
    JournalReadStats stats;
};

Read readFrom(const fs::path& folder, JournalPosition& position) {
    Read read;
    const auto streams = listJournals(folder);
    EXPECT_EQ(streams.size(), 1U);
    if (streams.empty()) return read;
    const auto stats = readJournal(streams.front(), position, [&](const FrameView& frame) {
        for (std::size_t i = 0; frame.kind == Kind::Steps && i < frame.count; ++i)
            read.steps.push_back(frame.step(i).step);
    });
    EXPECT_TRUE(stats) << stats.error().message;
    if (stats) read.stats = *stats;
    return read;
}

Read readAll(const fs::path& folder) {
    JournalPosition start;
    return readFrom(folder, start);
}

void appendRaw(const fs::path& file, std::span<const std::byte> bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
}

void flipBit(const fs::path& file, std::uint64_t offset) {
    std::fstream io(file, std::ios::binary | std::ios::in | std::ios::out);
    io.seekg(static_cast<std::streamoff>(offset));
    const char old = static_cast<char>(io.get());
    io.seekp(static_cast<std::streamoff>(offset));
    io.put(static_cast<char>(old ^ 1));
}

class Journal : public testing::Test {
protected:
    std::unique_ptr<JournalWriter> open(std::uint64_t part_bytes = std::uint64_t{64} << 20) {
        auto writer = JournalWriter::open(m_folder, 1, 0, part_bytes);
        EXPECT_TRUE(writer) << writer.error().message;
        return writer ? std::move(*writer) : nullptr;
    }
    fs::path part(int number) const {
        return m_folder / ("a0001-r00000-000" + std::to_string(number) + ".wlj");
    }

    wattline::test::TemporaryFolder m_temporary;
    fs::path m_folder = m_temporary.path() / "journal";
};

TEST_F(Journal, WhatWasAppendedIsReadInOrder) {
    auto writer = open();
    for (std::uint64_t s = 1; s <= 3; ++s)
        ASSERT_TRUE(writer->append(frameOf(s)));
    ASSERT_TRUE(writer->sync());
    const auto read = readAll(m_folder);
    EXPECT_THAT(read.steps, ElementsAre(1, 2, 3));
    EXPECT_EQ(read.stats.torn_bytes, 0U);
    EXPECT_FALSE(read.stats.damaged);
}

TEST_F(Journal, FolderAndFilesArePrivate) {
    const auto writer = open();
    struct stat info {};
    ASSERT_EQ(::stat(m_folder.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0700U);
    ASSERT_EQ(::stat(part(0).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Journal, AReaderGoesOnWhereItStopped) {
    auto writer = open();
    JournalPosition position;
    ASSERT_TRUE(writer->append(frameOf(1)));
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre(1));
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre());
    ASSERT_TRUE(writer->append(frameOf(2)));
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre(2));
}

TEST_F(Journal, AFullPartIsFollowedByTheNextAndReadAcross) {
    auto writer = open(2 * kFrameBytes);
    EXPECT_TRUE(writer->takePartStarted());
    EXPECT_FALSE(writer->takePartStarted());
    JournalPosition position;
    std::vector<std::uint64_t> steps;
    for (std::uint64_t s = 1; s <= 5; ++s) {
        ASSERT_TRUE(writer->append(frameOf(s)));
        EXPECT_EQ(writer->takePartStarted(), s == 3 || s == 5);
        for (const auto step : readFrom(m_folder, position).steps)
            steps.push_back(step);
    }
    EXPECT_TRUE(fs::exists(part(2)));
    EXPECT_THAT(steps, ElementsAre(1, 2, 3, 4, 5));
    EXPECT_THAT(readAll(m_folder).steps, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(Journal, AnExistingStreamIsNeverAppendedTo) {
    { auto writer = open(); }
    const auto again = JournalWriter::open(m_folder, 1, 0);
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("new attempt"));
    EXPECT_TRUE(JournalWriter::open(m_folder, 2, 0));
    EXPECT_TRUE(JournalWriter::open(m_folder, 1, 1));
    const auto streams = listJournals(m_folder);
    ASSERT_EQ(streams.size(), 3U);
    EXPECT_EQ(streams[1].rank, 1U);
    EXPECT_EQ(streams[2].attempt, 2U);
}

TEST_F(Journal, ATornTailIsCountedAndReadOnceItIsWhole) {
    auto writer = open();
    ASSERT_TRUE(writer->append(frameOf(1)));
    const auto second = frameOf(2);
    for (std::size_t cut = 1; cut < second.size(); ++cut) {
        fs::resize_file(part(0), kFrameBytes);
        appendRaw(part(0), std::span(second).first(cut));
        JournalPosition position;
        const auto read = readFrom(m_folder, position);
        ASSERT_THAT(read.steps, ElementsAre(1));
        ASSERT_EQ(read.stats.torn_bytes, cut);
        ASSERT_FALSE(read.stats.damaged);
        ASSERT_EQ(position.offset, kFrameBytes);
        appendRaw(part(0), std::span(second).subspan(cut));
        ASSERT_THAT(readFrom(m_folder, position).steps, ElementsAre(2));
    }
}

TEST_F(Journal, ATailOfZerosIsTornAndNotDamaged) {
    auto writer = open();
    ASSERT_TRUE(writer->append(frameOf(1)));
    appendRaw(part(0), std::vector<std::byte>(5000));
    const auto read = readAll(m_folder);
    EXPECT_THAT(read.steps, ElementsAre(1));
    EXPECT_EQ(read.stats.torn_bytes, 5000U);
    EXPECT_FALSE(read.stats.damaged);
}

TEST_F(Journal, AFlippedBitInTheMiddleIsReportedAndNothingBehindItTrusted) {
    auto writer = open();
    for (std::uint64_t s = 1; s <= 3; ++s)
        ASSERT_TRUE(writer->append(frameOf(s)));
    flipBit(part(0), kFrameBytes + 100);
    JournalPosition position;
    const auto read = readFrom(m_folder, position);
    EXPECT_THAT(read.steps, ElementsAre(1));
    EXPECT_TRUE(read.stats.damaged);
    EXPECT_EQ(position.offset, kFrameBytes);
    flipBit(part(0), kFrameBytes + 100);  // a stale view that the file system mends
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre(2, 3));
}

TEST_F(Journal, APartThatBreaksOffBeforeItsSuccessorIsDamaged) {
    auto writer = open(2 * kFrameBytes);
    for (std::uint64_t s = 1; s <= 3; ++s)
        ASSERT_TRUE(writer->append(frameOf(s)));
    fs::resize_file(part(0), kFrameBytes + 10);
    const auto read = readAll(m_folder);
    EXPECT_THAT(read.steps, ElementsAre(1));
    EXPECT_TRUE(read.stats.damaged);
}

TEST_F(Journal, BehindADamagedPartTheNextOneIsReadOnceNobodyCanMendTheFirst) {
    auto writer = open(2 * kFrameBytes);
    for (std::uint64_t s = 1; s <= 5; ++s)
        ASSERT_TRUE(writer->append(frameOf(s)));
    flipBit(part(0), kFrameBytes + 100);
    JournalPosition position;
    const auto patient = readFrom(m_folder, position);
    EXPECT_THAT(patient.steps, ElementsAre(1));
    EXPECT_TRUE(patient.stats.damaged);
    EXPECT_TRUE(patient.stats.waiting);
    fs::last_write_time(part(0), fs::file_time_type::clock::now() - std::chrono::hours(1));
    const auto resumed = readFrom(m_folder, position);
    EXPECT_THAT(resumed.steps, ElementsAre(3, 4, 5));
    EXPECT_TRUE(resumed.stats.damaged);
    EXPECT_EQ(resumed.stats.skipped_bytes, kFrameBytes);
}

TEST_F(Journal, APartThatLooksShorterThanItIsIsNotPassedOver) {
    // A network file system may show the new part before the end of the one before it.
    auto writer = open(2 * kFrameBytes);
    for (std::uint64_t s = 1; s <= 3; ++s)
        ASSERT_TRUE(writer->append(frameOf(s)));
    fs::resize_file(part(0), kFrameBytes);
    JournalPosition position;
    const auto stale = readFrom(m_folder, position);
    EXPECT_THAT(stale.steps, ElementsAre(1));
    EXPECT_TRUE(stale.stats.waiting);
    appendRaw(part(0), frameOf(2));
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre(2, 3));
}

TEST_F(Journal, AClockFrameAloneDoesNotLeadPastAPartThatLooksShort) {
    auto writer = open(2 * kFrameBytes);
    ASSERT_TRUE(writer->append(frameOf(1)));
    ASSERT_TRUE(writer->append(frameOf(2)));
    test::Bytes clock;
    appendJson(clock, Kind::Clock, {"run-1", 1, 0, 0}, "{}");
    ASSERT_TRUE(writer->append(clock));  // opens the second part
    fs::resize_file(part(0), kFrameBytes);
    JournalPosition position;
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre(1));
    ASSERT_TRUE(writer->append(frameOf(3)));
    EXPECT_TRUE(readFrom(m_folder, position).stats.waiting);
    appendRaw(part(0), frameOf(2));
    EXPECT_THAT(readFrom(m_folder, position).steps, ElementsAre(2, 3));
}

TEST_F(Journal, FramesOfAnotherRankAreNotTrusted) {
    auto writer = open();
    ASSERT_TRUE(writer->append(frameOf(1)));
    appendRaw(part(0), frameOf(2, 1, 7));
    const auto read = readAll(m_folder);
    EXPECT_THAT(read.steps, ElementsAre(1));
    EXPECT_TRUE(read.stats.damaged);
}

TEST_F(Journal, FramesLargerThanTheReadChunkAreWhole) {
    auto writer = open();
    const std::vector<StepRecord> many(40'000);  // 3.5 MB
    test::Bytes big;
    appendSteps(big, {"run-1", 1, 0, 1}, many);
    ASSERT_TRUE(writer->append(big));
    ASSERT_TRUE(writer->append(frameOf(40'001)));
    EXPECT_EQ(readAll(m_folder).steps.size(), 40'001U);
}

TEST_F(Journal, FilesWithOtherNamesAreLeftOut) {
    auto writer = open();
    for (const char* other : {"a1-r0-0.wlj", "a0001-r00000-0001.wlj.tmp", "notes.txt",
                              "a0001-r00000-99999999999.wlj", "a-001-r00000-0000.wlj"})
        appendRaw(m_folder / other, frameOf(1));
    const auto streams = listJournals(m_folder);
    ASSERT_EQ(streams.size(), 1U);
    EXPECT_THAT(streams.front().parts, ElementsAre(part(0)));
    EXPECT_TRUE(listJournals(m_folder / "missing").empty());
}

TEST_F(Journal, AFullDiskTearsNoFrameAndTheJournalGoesOnWhenThereIsSpaceAgain) {
    auto writer = open();
    ASSERT_TRUE(writer->append(frameOf(1)));
    {
        const wattline::test::FileSizeLimit full(kFrameBytes + 50);  // half of the next frame fits
        const auto refused = writer->append(frameOf(2));
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().message, HasSubstr("free some space"));
        EXPECT_EQ(refused.error().code, ExitCode::Environment);
        EXPECT_EQ(fs::file_size(part(0)), kFrameBytes);
        EXPECT_THAT(readAll(m_folder).steps, ElementsAre(1));
    }
    ASSERT_TRUE(writer->append(frameOf(2)));
    EXPECT_THAT(readAll(m_folder).steps, ElementsAre(1, 2));
}

TEST_F(Journal, AFolderThatCannotBeMadeIsNamedInASentence) {
    const auto refused = JournalWriter::open("/proc/wattline/journal", 1, 0);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("/proc/wattline/journal"));
}

}  // namespace
}  // namespace wattline::wire
