// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/catalog.h"

#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iostream>
#include <sqlite3.h>
#include <sys/resource.h>

#include "telemetry/wire/messages.h"
#include "tests/support/temporary_folder.h"

namespace wattline {
namespace {

using testing::HasSubstr;

RunSummary summary(const RunId& id, std::int64_t created) {
    RunSummary out;
    out.spec.id = id;
    out.spec.name = "ä \"quoted\" name'; DROP TABLE runs; --";
    out.spec.ranks = 2;
    out.spec.lbs = 32;
    out.spec.gbs = 64;
    out.spec.epochs = 8;
    out.spec.created_unix_ns = created;
    out.state = RunState::Running;
    out.step = 17;
    out.energy_j = 1234.5;
    return out;
}

class CatalogFile : public testing::Test {
protected:
    test::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "catalog.db";

    [[nodiscard]] std::unique_ptr<Catalog> open() const {
        auto catalog = Catalog::open(file);
        EXPECT_TRUE(catalog) << catalog.error().message;
        return catalog ? std::move(*catalog) : nullptr;
    }
    void execute(const char* sql) const {
        sqlite3* db = nullptr;
        ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(db);
    }
};

TEST_F(CatalogFile, GivesBackTheLatestSummaryOfEveryRunNewestFirst) {
    {
        const auto catalog = open();
        ASSERT_TRUE(catalog->put(summary("old", 1)));
        ASSERT_TRUE(catalog->put(summary("gone", 2)));
        ASSERT_TRUE(catalog->put(summary("new", 3)));
        auto finished = summary("old", 1);
        finished.state = RunState::Finished;
        ASSERT_TRUE(catalog->put(finished));
        ASSERT_TRUE(catalog->remove("gone"));
        ASSERT_TRUE(catalog->remove("never there"));
    }
    const auto runs = open()->all();
    ASSERT_TRUE(runs);
    ASSERT_EQ(runs->size(), 2U);
    EXPECT_EQ((*runs)[0].spec.id, "new");
    EXPECT_EQ(wire::toJson((*runs)[0]), wire::toJson(summary("new", 3)));
    EXPECT_EQ((*runs)[1].state, RunState::Finished);
}

TEST_F(CatalogFile, SetsADamagedFileAsideAndStartsAnew) {
    std::ofstream(file) << "this is no database, but it is long enough to look like a header page";
    const auto catalog = open();
    ASSERT_TRUE(catalog);
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".damaged"));
    EXPECT_TRUE(catalog->put(summary("run", 1)));
    EXPECT_EQ(catalog->all()->size(), 1U);
}

TEST_F(CatalogFile, NoticesDamageBehindAGoodFirstPage) {
    {
        const auto catalog = open();
        for (int i = 0; i < 200; ++i)
            ASSERT_TRUE(catalog->put(summary("run" + std::to_string(i), i)));
    }
    const auto size = std::filesystem::file_size(file);
    ASSERT_GT(size, 4 * 4096U);
    {
        std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(4096);
        out << std::string(static_cast<std::size_t>(size) - 4096, 'x');
    }
    const auto catalog = open();
    ASSERT_TRUE(catalog);
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".damaged"));
    EXPECT_TRUE(catalog->all()->empty());
}

TEST_F(CatalogFile, RefusesANewerSchemaWithASentenceAndLeavesItAlone) {
    ASSERT_TRUE(open());
    execute("PRAGMA user_version = 99");
    const auto catalog = Catalog::open(file);
    ASSERT_FALSE(catalog);
    EXPECT_THAT(catalog.error().message, HasSubstr("newer Wattline"));
    EXPECT_THAT(catalog.error().message, HasSubstr("update Wattline"));
    EXPECT_FALSE(std::filesystem::exists(file.string() + ".damaged"));
}

TEST_F(CatalogFile, LeavesOutARowThatItCannotRead) {
    {
        const auto catalog = open();
        ASSERT_TRUE(catalog->put(summary("good", 1)));
    }
    execute("INSERT INTO runs VALUES('bad', 'running', 2, '{\"broken\"')");
    EXPECT_EQ(open()->all()->size(), 1U);
}

TEST_F(CatalogFile, SaysWhatToDoWhenItsFolderIsMissing) {
    const auto catalog = Catalog::open(folder.path() / "absent" / "catalog.db");
    ASSERT_FALSE(catalog);
    EXPECT_EQ(catalog.error().code, ExitCode::Environment);
    EXPECT_THAT(catalog.error().message, HasSubstr("catalog.db"));
}

/// Runs in a child: a limit on file size is how a test fills a disk without one.
[[noreturn]] void writeUntilFull(const std::filesystem::path& file) {
    auto catalog = Catalog::open(file);
    if (!catalog) std::_Exit(2);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{64 << 10, 64 << 10};
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 10'000; ++i) {
        if (auto put = (*catalog)->put(summary("run" + std::to_string(i), i)); !put) {
            std::cerr << put.error().message << '\n';
            std::_Exit(put.error().code == ExitCode::Environment ? 0 : 3);
        }
    }
    std::_Exit(4);
}

TEST_F(CatalogFile, SaysWhatToDoWhenTheDiskIsFull) {
    EXPECT_EXIT(writeUntilFull(file), testing::ExitedWithCode(0),
                "cannot write the catalog .*free some space");
}

}  // namespace
}  // namespace wattline
