// SPDX-License-Identifier: Apache-2.0
// `ingest`: frames of 16 records of 64 ranks through decode, checksum, sequence, assembly, store
// and levels, on one core. `ingest_sqlite_rows`: the same records as rows of a database.
// `bytes_per_record`: what they take on disk.
#include <benchmark/benchmark.h>
#include <chrono>
#include <filesystem>
#include <sqlite3.h>
#include <stdexcept>
#include <sys/resource.h>

#include "telemetry/wire/frame.h"
#include "tests/bench/store_data.h"
#include "tests/support/temporary_folder.h"

namespace wattline::bench {
namespace {

constexpr std::int64_t kRecords = std::int64_t{1} << 21;
constexpr std::int64_t kTenMillion = 10'000'000;
/// A hub's clients ask for the summary ten times a second: at 300 k records/s each so many frames.
constexpr int kFramesBetweenLooks = 2048;

const std::vector<std::vector<std::byte>>& frames() {
    static const auto made = makeFrames(benchSpec(), kRecords);
    return made;
}

/// Memory that this process holds now.
double residentMiB() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

/// Records a second of wall time: what a database waits for its disk counts, too.
class Rate {
public:
    void start() { m_from = std::chrono::steady_clock::now(); }
    void stop(std::int64_t items) {
        m_seconds +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - m_from).count();
        m_items += items;
    }
    void report(benchmark::State& state) const {
        state.counters["items_per_second"] = static_cast<double>(m_items) / m_seconds;
    }

private:
    std::chrono::steady_clock::time_point m_from;
    double m_seconds = 0.0;
    std::int64_t m_items = 0;
};

void ingest(benchmark::State& state) {
    (void)frames();
    Rate rate;
    for (auto _ : state) {
        state.PauseTiming();
        const test::TemporaryFolder home;
        const RunFolder folder{home.path() / "run"};
        std::filesystem::create_directories(folder.path);
        auto history = std::make_unique<RunHistory>(folder, benchSpec());
        state.ResumeTiming();
        rate.start();
        int taken = 0;
        for (const auto& bytes : frames()) {
            const auto frame = wire::decode(bytes);
            if (!frame) return state.SkipWithError("a frame is bad");
            history->ingest(*frame);
            if (++taken % kFramesBetweenLooks == 0) benchmark::DoNotOptimize(history->summary());
        }
        if (auto saved = history->saveSeries(); !saved)
            return state.SkipWithError(saved.error().message.c_str());
        rate.stop(kRecords);
        state.PauseTiming();
        if (history->summary().records_stored < kRecords)
            return state.SkipWithError("records are missing");
        history.reset();
        state.ResumeTiming();
    }
    rate.report(state);
    state.counters["peak_MiB"] = residentMiB();
}
BENCHMARK(ingest)->Unit(benchmark::kMillisecond);

class Database {
public:
    explicit Database(const std::filesystem::path& file) {
        check(sqlite3_open(file.c_str(), &m_db));
        run("PRAGMA journal_mode=WAL");
        run("CREATE TABLE steps(rank INTEGER, step INTEGER, end INTEGER, samples INTEGER, epoch "
            "INTEGER, loss REAL, learning_rate REAL, duration INTEGER, data_wait INTEGER, forward "
            "INTEGER, backward INTEGER, communication INTEGER, optimizer INTEGER)");
        run("CREATE INDEX by_rank_and_step ON steps(rank, step)");
        check(sqlite3_prepare_v2(m_db, "INSERT INTO steps VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", -1,
                                 &m_insert, nullptr));
    }
    ~Database() {
        sqlite3_finalize(m_insert);
        sqlite3_close(m_db);
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void run(const char* sql) { check(sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr)); }
    void insert(std::uint32_t rank, const StepRecord& r) {
        const std::int64_t before[] = {rank, static_cast<std::int64_t>(r.step), r.end_ns, r.samples,
                                       r.epoch};
        int column = 0;
        for (const auto value : before)
            sqlite3_bind_int64(m_insert, ++column, value);
        sqlite3_bind_double(m_insert, ++column, r.loss);
        sqlite3_bind_double(m_insert, ++column, r.learning_rate);
        sqlite3_bind_int64(m_insert, ++column, r.duration_ns);
        for (const auto phase : r.phase_ns)
            sqlite3_bind_int64(m_insert, ++column, phase);
        if (sqlite3_step(m_insert) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(m_db));
        sqlite3_reset(m_insert);
    }

private:
    void check(int code) {
        if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(m_db));
    }
    sqlite3* m_db = nullptr;
    sqlite3_stmt* m_insert = nullptr;
};

void ingest_sqlite_rows(benchmark::State& state) {
    constexpr std::int64_t kTransaction = 10'000;
    (void)frames();
    Rate rate;
    for (auto _ : state) {
        state.PauseTiming();
        const test::TemporaryFolder folder;
        auto database = std::make_unique<Database>(folder.path() / "rows.db");
        state.ResumeTiming();
        rate.start();
        std::int64_t rows = 0;
        database->run("BEGIN");
        for (const auto& bytes : frames()) {
            const auto frame = wire::decode(bytes);
            if (!frame || frame->kind != wire::Kind::Steps) continue;
            for (std::size_t i = 0; i < frame->count; ++i) {
                database->insert(frame->envelope.rank, frame->step(i));
                if (++rows % kTransaction == 0) {
                    database->run("COMMIT");
                    database->run("BEGIN");
                }
            }
        }
        database->run("COMMIT");
        rate.stop(rows);
        state.PauseTiming();
        database.reset();
        state.ResumeTiming();
    }
    rate.report(state);
}
BENCHMARK(ingest_sqlite_rows)->Unit(benchmark::kMillisecond);

double bytesUnder(const std::filesystem::path& folder) {
    double bytes = 0.0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
    return bytes;
}

/// Times nothing: the counters are the result. A record's raw columns are its 88 packed bytes.
void bytes_per_record(benchmark::State& state) {
    const auto& run = benchRun(kTenMillion, Keep::Everything);
    double series = 0.0, journal = 0.0;
    for (auto _ : state) {
        series = bytesUnder(run.folder.series());
        journal = bytesUnder(run.folder.journal());
    }
    const auto raw =
        static_cast<double>(kTenMillion * static_cast<std::int64_t>(sizeof(StepRecord)));
    state.counters["series_bytes"] = series / static_cast<double>(kTenMillion);
    state.counters["series_to_raw"] = series / raw;
    state.counters["journal_to_packed"] = journal / raw;
}
BENCHMARK(bytes_per_record);

}  // namespace
}  // namespace wattline::bench
