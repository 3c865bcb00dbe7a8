// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/series_file.h"

#include <array>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "telemetry/store/series_table.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

using testing::HasSubstr;

void append(SeriesTable& table, double x) {
    table.append(std::array{x, x, x, x, x, x}, std::array{2 * x, x == 3 ? std::nan("") : -x});
}

void expectHolds(const std::filesystem::path& file, int rows) {
    const auto table = SeriesTable::load(file);
    ASSERT_TRUE(table) << table.error().message;
    EXPECT_EQ(table->columns(), (std::vector<std::string>{"loss", "power/GPU 0"}));
    ASSERT_EQ(table->rows(), rows);
    for (int row = 0; row < rows; ++row) {
        EXPECT_EQ(table->axis(row, Axis::Kwh), row);
        EXPECT_EQ(table->value(row, 0), 2.0 * row);
        EXPECT_TRUE(row == 3 ? std::isnan(table->value(row, 1)) : table->value(row, 1) == -row);
    }
}

class SeriesFile : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "steps.wls";
    SeriesTable table{{"loss", "power/GPU 0"}};

    void grow(int to) {
        for (auto row = table.rows(); row < to; ++row)
            append(table, static_cast<double>(row));
    }
    void writeRaw(std::string_view bytes, std::ios::openmode mode) const {
        std::ofstream(file, std::ios::binary | mode) << bytes;
    }
};

TEST_F(SeriesFile, GrowsByTheRowsAddedSinceTheLastSave) {
    grow(5);
    ASSERT_TRUE(table.save(file));
    const auto first = std::filesystem::file_size(file);
    grow(9);
    ASSERT_TRUE(table.save(file));
    EXPECT_EQ(std::filesystem::file_size(file), first + 4 * 8 * 8);
    ASSERT_TRUE(table.save(file));
    expectHolds(file, 9);
}

TEST_F(SeriesFile, LeavesATornLastRowOutAndCutsItOffOnTheNextSave) {
    grow(5);
    ASSERT_TRUE(table.save(file));
    writeRaw("torn row", std::ios::app);
    expectHolds(file, 5);
    auto loaded = SeriesTable::load(file);
    ASSERT_TRUE(loaded);
    append(*loaded, 5);
    ASSERT_TRUE(loaded->save(file));
    expectHolds(file, 6);
}

TEST_F(SeriesFile, ReplacesAFileThatThisTableDidNotWrite) {
    grow(20);
    ASSERT_TRUE(table.save(file));
    SeriesTable other({"loss", "power/GPU 0"});
    append(other, 0);
    ASSERT_TRUE(other.save(file));
    expectHolds(file, 1);
}

TEST_F(SeriesFile, IsWrittenAnewWhenSomebodyDeletedOrShortenedIt) {
    grow(5);
    ASSERT_TRUE(table.save(file));
    std::filesystem::remove(file);
    grow(6);
    ASSERT_TRUE(table.save(file));
    expectHolds(file, 6);
    std::filesystem::resize_file(file, 100);
    grow(7);
    ASSERT_TRUE(table.save(file));
    expectHolds(file, 7);
}

TEST_F(SeriesFile, RefusesANewerVersionWithASentence) {
    grow(2);
    ASSERT_TRUE(table.save(file));
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(4);
    out.put(2);
    out.close();
    const auto loaded = SeriesTable::load(file);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message, HasSubstr("newer Wattline"));
    EXPECT_THAT(loaded.error().message, HasSubstr("update"));
}

TEST_F(SeriesFile, RefusesAnythingElseWithoutFallingOver) {
    grow(2);
    ASSERT_TRUE(table.save(file));
    std::string good;
    {
        std::ifstream in(file, std::ios::binary);
        good.assign(std::istreambuf_iterator<char>(in), {});
    }
    // Every header byte set to 0xff, and every length cut short: refused or read, never a crash.
    for (std::size_t i = 0; i < 64; ++i) {
        auto bad = good;
        bad[i] = static_cast<char>(0xff);
        writeRaw(bad, std::ios::trunc);
        (void)SeriesTable::load(file);
        writeRaw(good.substr(0, i), std::ios::trunc);
        const auto loaded = SeriesTable::load(file);
        EXPECT_TRUE(i >= 44 || !loaded) << i;
    }
    EXPECT_FALSE(SeriesTable::load(folder.path() / "absent.wls"));
}

TEST_F(SeriesFile, SaysWhatToDoWhenItCannotBeWritten) {
    grow(2);
    const auto saved = table.save(folder.path() / "no such folder" / "steps.wls");
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ExitCode::Environment);
    EXPECT_THAT(saved.error().message, HasSubstr("steps.wls"));
}

}  // namespace
}  // namespace wattline
