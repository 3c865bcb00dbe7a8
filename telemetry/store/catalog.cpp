// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/catalog.h"

#include <array>
#include <sqlite3.h>
#include <sys/stat.h>
#include <system_error>
#include <utility>

#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

namespace fs = std::filesystem;

constexpr int kSchema = 1;
constexpr int kBusyTimeoutMs = 5000;
constexpr const char* kCreate = "CREATE TABLE IF NOT EXISTS runs("
                                "id TEXT PRIMARY KEY, state TEXT NOT NULL, "
                                "created INTEGER NOT NULL, summary TEXT NOT NULL) WITHOUT ROWID;"
                                "PRAGMA user_version = 1;";

struct CloseDatabase {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};
struct FinishStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

bool isDamage(int code) noexcept {
    return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
}

int execute(sqlite3* db, const char* sql) noexcept {
    return sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
}

Statement prepare(sqlite3* db, const char* sql) noexcept {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
    return Statement(statement);
}

void bindText(sqlite3_stmt* statement, int index, std::string_view text) noexcept {
    sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);
}

std::string textAt(sqlite3_stmt* statement, int column) {
    const auto* text = sqlite3_column_text(statement, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text), size);
}

/// The number that a pragma answers with, or the error's code as a negative number.
int pragma(sqlite3* db, const char* sql) noexcept {
    const auto statement = prepare(db, sql);
    if (!statement) return -sqlite3_errcode(db);
    const int code = sqlite3_step(statement.get());
    return code == SQLITE_ROW ? sqlite3_column_int(statement.get(), 0) : -code;
}

/// Puts the file and its write-ahead log out of the way, for whoever wants to look at them.
Result<void> setAside(const fs::path& file) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        const fs::path from = file.string() + suffix;
        const fs::path to = file.string() + ".damaged" + suffix;
        std::error_code error;
        if (!fs::exists(from, error)) continue;
        fs::rename(from, to, error);
        if (error)
            return fail(ExitCode::Environment,
                        "the catalog " + file.string() + " is damaged and cannot be moved to " +
                            to.string() + " (" + error.message() + "); move it away by hand");
    }
    return {};
}

/// Opens and, where needed, creates the schema. `damaged` tells apart a file that is no database.
struct Opening {
    Database db;
    int code = SQLITE_OK;
    int schema = 0;
};

Opening openDatabase(const fs::path& file) {
    Opening out;
    sqlite3* raw = nullptr;
    out.code =
        sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    out.db.reset(raw);
    if (out.code != SQLITE_OK) return out;
    ::chmod(file.c_str(), 0600);
    sqlite3_busy_timeout(raw, kBusyTimeoutMs);
    out.schema = pragma(raw, "PRAGMA user_version");
    if (out.schema < 0) {
        out.code = -out.schema;
        return out;
    }
    if (out.schema > kSchema) return out;
    out.code = execute(raw, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    if (out.code == SQLITE_OK && out.schema == 0) out.code = execute(raw, kCreate);
    // A file cut short can have a good first page: look at every row once before relying on it.
    if (out.code == SQLITE_OK) {
        const auto check = prepare(raw, "PRAGMA quick_check(1)");
        out.code = check ? sqlite3_step(check.get()) : sqlite3_errcode(raw);
        if (out.code == SQLITE_ROW)
            out.code = textAt(check.get(), 0) == "ok" ? SQLITE_OK : SQLITE_CORRUPT;
    }
    return out;
}

}  // namespace

struct Catalog::Impl {
    fs::path file;
    Database db;

    [[nodiscard]] tl::unexpected<Error> problem(const char* what) const {
        return fail(ExitCode::Environment,
                    std::string("cannot ") + what + " the catalog " + file.string() + " (" +
                        sqlite3_errmsg(db.get()) +
                        "); free some space or check the folder; it is made again from the run "
                        "folders when it is missing");
    }
};

Catalog::Catalog(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Catalog::~Catalog() = default;

Result<std::unique_ptr<Catalog>> Catalog::open(const fs::path& file) {
    auto opening = openDatabase(file);
    if (isDamage(opening.code)) {
        opening.db.reset();
        if (auto moved = setAside(file); !moved) return tl::unexpected(moved.error());
        opening = openDatabase(file);
    }
    auto impl = std::make_unique<Impl>(Impl{file, std::move(opening.db)});
    if (opening.code != SQLITE_OK) return impl->problem("open");
    if (opening.schema > kSchema)
        return fail(ExitCode::Environment,
                    "the catalog " + file.string() + " was written by a newer Wattline (schema " +
                        std::to_string(opening.schema) + ", this one knows " +
                        std::to_string(kSchema) +
                        "); update Wattline, or move the file away: it is made again from the run "
                        "folders");
    return std::unique_ptr<Catalog>(new Catalog(std::move(impl)));
}

Result<void> Catalog::put(const RunSummary& summary) {
    const auto statement = prepare(
        m_impl->db.get(), "INSERT INTO runs(id, state, created, summary) VALUES(?1, ?2, ?3, ?4) "
                          "ON CONFLICT(id) DO UPDATE SET state = ?2, created = ?3, summary = ?4");
    if (!statement) return m_impl->problem("write");
    bindText(statement.get(), 1, summary.spec.id);
    bindText(statement.get(), 2, name(summary.state));
    sqlite3_bind_int64(statement.get(), 3, summary.spec.created_unix_ns);
    bindText(statement.get(), 4, wire::toJson(summary));
    if (sqlite3_step(statement.get()) != SQLITE_DONE) return m_impl->problem("write");
    return {};
}

Result<void> Catalog::remove(const RunId& id) {
    const auto statement = prepare(m_impl->db.get(), "DELETE FROM runs WHERE id = ?1");
    if (!statement) return m_impl->problem("write");
    bindText(statement.get(), 1, id);
    if (sqlite3_step(statement.get()) != SQLITE_DONE) return m_impl->problem("write");
    return {};
}

Result<std::vector<RunSummary>> Catalog::all() const {
    const auto statement =
        prepare(m_impl->db.get(), "SELECT summary FROM runs ORDER BY created DESC, id DESC");
    if (!statement) return m_impl->problem("read");
    std::vector<RunSummary> runs;
    int code = SQLITE_DONE;
    while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
        // A row that this version cannot read is left out: its run folder is the truth.
        if (auto summary = wire::parseRunSummary(textAt(statement.get(), 0)))
            runs.push_back(std::move(*summary));
    }
    if (code != SQLITE_DONE) return m_impl->problem("read");
    return runs;
}

}  // namespace wattline
