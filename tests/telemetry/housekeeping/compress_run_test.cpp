// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>

#include "telemetry/housekeeping/compress_run.h"
#include "telemetry/runs/run_history.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/journal_name.h"
#include "tests/telemetry/housekeeping/dying_files.h"
#include "tests/telemetry/runs/fake_run.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

/// A finished run of two ranks.
class CompressRun : public ::testing::Test {
protected:
    CompressRun() : m_run(2, {test::sensor("cpu", EnergyMethod::Integrated, 0.1)}) {
        for (std::size_t rank = 0; rank < 2; ++rank) {
            m_run.rank(rank).hello();
            for (std::uint64_t step = 1; step <= 200; ++step)
                m_run.rank(rank).step(step, 0.1 * static_cast<double>(step),
                                      1.0 / static_cast<double>(step));
        }
        m_run.ended(20.1);
    }

    [[nodiscard]] const RunFolder& folder() const { return m_run.folder(); }
    [[nodiscard]] fs::path part(int rank, const std::string& ending = "") const {
        return folder().journal() / ("a0001-r0000" + std::to_string(rank) + "-0000.wlj" + ending);
    }

    /// Every payload of every stream, as a reader sees it.
    [[nodiscard]] static std::vector<std::string> contents(const RunFolder& folder) {
        std::vector<std::string> out;
        for (const auto& stream : wire::listJournals(folder.journal())) {
            wire::JournalPosition position;
            const auto read = wire::readJournal(stream, position, [&](const auto& frame) {
                out.push_back(std::to_string(frame.envelope.rank) + ":" +
                              std::string(frame.json()));
            });
            EXPECT_TRUE(read) << read.error().message;
            EXPECT_FALSE(read && read->damaged);
        }
        return out;
    }

    test::FakeRun m_run;
};

std::string bytesOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST_F(CompressRun, JournalsShrinkAndSayTheSame) {
    const auto before = contents(folder());
    const auto figures = m_run.open()->summary();
    const auto report = compressRun(folder());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->parts, 2U);
    EXPECT_LT(report->bytes_after, report->bytes_before / 2) << "200 frames of one record each";
    EXPECT_FALSE(fs::exists(part(0)));
    EXPECT_TRUE(fs::exists(part(0, ".zst")));
    EXPECT_EQ(contents(folder()), before);
    const auto again = m_run.open()->summary();
    EXPECT_EQ(again.records_stored, figures.records_stored);
    EXPECT_EQ(again.wall_s, figures.wall_s);
    const auto verified = verifyRun(folder());
    ASSERT_TRUE(verified);
    EXPECT_TRUE(verified->findings.empty());
    EXPECT_EQ(compressRun(folder())->parts_already, 2U);
}

/// The promise of the whole mechanism: at every single call the host may die, and lose what was not
/// synced, and nothing is lost, and the next call ends what was begun.
TEST_F(CompressRun, AHostThatDiesAtAnyMomentLosesNothing) {
    const auto before = contents(folder());
    test::TemporaryFolder scratch;
    std::size_t deaths = 0;
    for (bool died = true; died; ++deaths) {
        const RunFolder copy{scratch.path() / std::to_string(deaths) / folder().id()};
        fs::create_directories(copy.path.parent_path());
        fs::copy(folder().path, copy.path, fs::copy_options::recursive);
        died = false;
        try {
            test::DyingFiles files(deaths);
            ASSERT_TRUE(compressJournals(copy.journal(), files)) << "call " << deaths;
        } catch (const test::HostDied&) {
            died = true;
        }
        ASSERT_EQ(contents(copy), before) << "died at call " << deaths;
        ASSERT_TRUE(compressRun(copy)) << "died at call " << deaths;
        ASSERT_EQ(contents(copy), before) << "died at call " << deaths;
        ASSERT_FALSE(fs::exists(copy.journal() / part(0).filename()));
    }
    EXPECT_GT(deaths, 30U) << "each of the two parts takes a dozen calls and more";
}

TEST_F(CompressRun, ADiskThatKeepsSomethingElseIsFoundBeforeTheOriginalGoes) {
    const auto before = contents(folder());
    test::DyingFiles files(std::numeric_limits<std::size_t>::max());
    files.lies = true;
    const auto report = compressJournals(folder().journal(), files);
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("check the disk"), std::string::npos);
    EXPECT_TRUE(fs::exists(part(0)) && fs::exists(part(1)));
    EXPECT_FALSE(fs::exists(part(0, ".zst")));
    EXPECT_EQ(contents(folder()), before);
}

TEST_F(CompressRun, ARunThatGoesOnIsLeftAlone) {
    test::FakeRun running(1);
    running.rank(0).hello();
    running.rank(0).step(1, 0.1);
    const auto before = contents(running.folder());
    const auto report = compressRun(running.folder());
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("when their run is over"), std::string::npos);
    EXPECT_EQ(contents(running.folder()), before);
}

TEST_F(CompressRun, ADamagedJournalStaysAsItIsToBeLookedAt) {
    m_run.writeExit(R"({"exit_code": 0})");
    auto bytes = bytesOf(part(1));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40);
    std::ofstream(part(1), std::ios::binary) << bytes;
    const auto report = compressRun(folder());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ExitCode::Integrity);
    EXPECT_EQ(bytesOf(part(1)), bytes);
    EXPECT_TRUE(fs::exists(part(0)));
}

TEST_F(CompressRun, ATornTailIsKeptByteForByte) {
    std::ofstream(part(0), std::ios::binary | std::ios::app) << "WLF1torn";
    const auto read = [this] {
        wire::JournalPosition position;
        return wire::readJournal(wire::listJournals(folder().journal()).front(), position,
                                 [](const auto&) {});
    };
    ASSERT_EQ(read()->torn_bytes, 8U);
    ASSERT_TRUE(compressJournals(folder().journal()));
    ASSERT_FALSE(fs::exists(part(0)));
    EXPECT_EQ(read()->torn_bytes, 8U);
    EXPECT_FALSE(read()->damaged);
}

TEST_F(CompressRun, AFlippedByteInACompressedJournalIsDamage) {
    ASSERT_TRUE(compressRun(folder()));
    auto bytes = bytesOf(part(1, ".zst"));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40);
    std::ofstream(part(1, ".zst"), std::ios::binary) << bytes;
    const auto report = verifyRun(folder());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->damaged);
    EXPECT_FALSE(report->findings.empty());
}

TEST_F(CompressRun, ACompressedJournalThatIsCutOffIsDamage) {
    ASSERT_TRUE(compressRun(folder()));
    fs::resize_file(part(0, ".zst"), fs::file_size(part(0, ".zst")) - 20);
    const auto report = verifyRun(folder());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->damaged);
}

TEST_F(CompressRun, AReaderThatWasHalfwayGoesOnInTheCompressedPart) {
    const auto all = contents(folder());
    auto stream = wire::listJournals(folder().journal()).front();
    wire::JournalPosition position;
    const auto whole = bytesOf(part(0));
    fs::resize_file(part(0), whole.size() / 2);
    std::size_t frames = 0;
    const auto count = [&](const auto&) { ++frames; };
    ASSERT_TRUE(wire::readJournal(stream, position, count));
    std::ofstream(part(0), std::ios::binary) << whole;
    const auto first = frames;
    ASSERT_TRUE(compressRun(folder()));
    stream = wire::listJournals(folder().journal()).front();
    ASSERT_TRUE(wire::readJournal(stream, position, count));
    EXPECT_GT(first, 0U);
    EXPECT_EQ(2 * frames, all.size());
}

TEST_F(CompressRun, AWriterRefusesAStreamWhosePartsAreCompressed) {
    ASSERT_TRUE(compressRun(folder()));
    EXPECT_FALSE(wire::JournalWriter::open(folder().journal(), 1, 0));
}

TEST(JournalName, OfACompressedPartIsReadAndWritten) {
    const auto name = wire::parseJournalName("a0001-r00007-0002.wlj.zst");
    ASSERT_TRUE(name);
    EXPECT_TRUE(name->compressed);
    EXPECT_EQ(wire::format(*name), "a0001-r00007-0002.wlj.zst");
    EXPECT_FALSE(wire::parseJournalName("a0001-r00007-0002.zst"));
    EXPECT_FALSE(wire::parseJournalName("a0001-r00007-0002.wlj.zst.tmp7"));
}

}  // namespace
}  // namespace wattline
