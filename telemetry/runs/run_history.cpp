// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/run_history.h"

#include <span>
#include <unistd.h>
#include <utility>
#include <vector>

#include "telemetry/core/host.h"
#include "telemetry/core/units.h"
#include "telemetry/runs/assembler.h"
#include "telemetry/runs/evidence.h"
#include "telemetry/runs/journal_walk.h"
#include "telemetry/runs/run_figures.h"
#include "telemetry/runs/supervision.h"
#include "telemetry/store/archive.h"
#include "telemetry/store/series_store.h"
#include "telemetry/wire/crc32c.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

/// Fewer records than this are read from the journals again as quickly.
constexpr std::int64_t kWorthSaving = 100'000;
/// Journals longer than this (they take a quarter of a second) are read once, and the series kept.
constexpr std::uint64_t kLong = std::uint64_t{64} << 20;

}  // namespace

struct RunHistory::Impl {
    RunFolder folder;
    RunSpec spec;
    const Clock& clock;
    Files& files;
    std::unique_ptr<Assembler> assembler;
    Evidence evidence;
    Verdict verdict;
    RunSummary summary;
    std::uint64_t revision = 1;
    std::uint64_t summary_revision = 0;  ///< the revision that `summary` shows
    std::int64_t heard_ns = 0;           ///< last frame over the socket, our clock
    bool closed = false;                 ///< the end has been dealt with
    std::string settled_summary;         ///< of a run that was over, as stored; JSON
    std::string remark;

    SeriesStore store;

    Impl(RunFolder f, RunSpec s, const Clock& c, Files& fs, SeriesStore series)
        : folder(std::move(f)), spec(std::move(s)), clock(c), files(fs), store(std::move(series)) {
        beginAnew();
        summary.spec = spec;
    }

    void beginAnew() {
        assembler.reset();
        assembler = std::make_unique<Assembler>(spec, clock, store.place());
    }

    [[nodiscard]] std::int64_t stored() const {
        std::int64_t sum = 0;
        for (const auto& [key, stream] : assembler->streams())
            sum += static_cast<std::int64_t>(stream.sequence.stored());
        return sum;
    }

    Result<void> readJournals(const JournalWalk::Report& report = {}) {
        JournalWalk walk(folder, *assembler, files);
        auto outcome = walk.run(report);
        if (walk.learnedOfMore()) ++revision;
        return outcome;
    }

    /// Rows were made too early (a rank was cut off for a while), or what is stored is damaged:
    /// makes them again, in order. What ranks said of themselves is kept.
    Result<void> startOver(const JournalWalk::Report& report = {}) {
        std::vector<std::pair<StreamKey, SequenceTracker>> known;
        for (const auto& [key, stream] : assembler->streams())
            known.emplace_back(key, stream.sequence);
        store.clear();
        beginAnew();
        auto outcome = readJournals(report);
        for (const auto& [key, sequence] : known)
            assembler->stream(key).sequence.knowsOf(sequence.highest(), sequence.dropped());
        ++revision;
        return outcome;
    }

    /// Goes on from what is stored, if that is of use.
    Result<void> load() {
        const auto state = store.readState();
        if (!state) return tl::unexpected(state.error());
        if (!*state) return {};
        ArchiveReader archive(**state);
        std::string id;
        archive(id, settled_summary);
        if (id != spec.id) archive.fail();
        if (!archive.failed()) assembler->load(archive);
        store.forgetState();
        if (archive.atEnd() && journalsContinue(folder, *assembler, files)) return {};
        remark = "the series in " + store.place().folder.string() +
                 " do not belong to the journal; they were made again from it";
        settled_summary.clear();
        store.clear();
        beginAnew();
        return {};
    }

    /// The figures that were stored with a run that was over, if they still say the same.
    void takeSettledSummary() {
        if (settled_summary.empty()) return;
        auto stored_summary = wire::parseRunSummary(settled_summary);
        settled_summary.clear();
        if (!stored_summary || stored_summary->state != verdict.state ||
            stored_summary->state_reason != verdict.reason)
            return;
        summary = std::move(*stored_summary);
        summary.spec = spec;
        summary_revision = revision;
    }

    void judgeNow() {
        lookAtRecords(evidence, *assembler);
        auto next = judge(evidence);
        if (next.state != verdict.state || next.reason != verdict.reason) ++revision;
        verdict = std::move(next);
    }

    [[nodiscard]] bool over() const { return isFinal(verdict.state); }

    Result<SeriesColumns> query(const SeriesQuery& query) {
        assembler->settle(over());
        auto& series = assembler->series();
        if (const auto rank = assembler->ranks().parse(query.series))
            return assembler->ranks().query(*rank, query, series.stepsTable());
        const auto place = series.find(query.series);
        if (!place) return tl::unexpected(place.error());
        return place->table->query(place->column, query, place->stream);
    }
};

namespace {

/// A colleague's folder that cannot be written has its series in a folder of this user's.
std::filesystem::path cacheOf(const RunFolder& folder) {
    const auto workspace = Workspace::open();
    if (!workspace) return {};
    std::error_code error;
    const auto real = std::filesystem::weakly_canonical(folder.path, error).string();
    return workspace->root() / "cache" /
           (folder.id() + "-" + std::to_string(wire::crc32c(std::as_bytes(std::span(real)))));
}

/// Tables lie in real files only: with another file system, series are this object's own.
SeriesStore storeOf(const RunFolder& folder, RunHistory::Series series, const Files& files) {
    if (series == RunHistory::Series::Private || &files != &systemFiles()) return {};
    const bool folder_is_ours = ::access(folder.path.c_str(), W_OK) == 0;
    const auto use =
        series == RunHistory::Series::Stored ? SeriesStore::Use::Look : SeriesStore::Use::Keep;
    return {folder.series(), folder_is_ours ? std::filesystem::path() : cacheOf(folder), use};
}

Result<RunSpec> readSpec(const RunFolder& folder, Files& files) {
    const auto text = readFile(folder.spec(), files);
    if (!text) return tl::unexpected(text.error());
    auto spec = wire::parseRunSpec(*text);
    if (!spec)
        return fail(spec.error().code,
                    "cannot open " + folder.path.string() + ": " + spec.error().message);
    return spec;
}

}  // namespace

RunHistory::RunHistory(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RunHistory::RunHistory(RunFolder folder, RunSpec spec, const Clock& clock, Files& files) {
    auto store = storeOf(folder, Series::Kept, files);
    store.clear();
    m_impl =
        std::make_unique<Impl>(std::move(folder), std::move(spec), clock, files, std::move(store));
}
RunHistory::~RunHistory() = default;

Result<std::unique_ptr<RunHistory>> RunHistory::open(const RunFolder& folder, const Clock& clock,
                                                     Files& files) {
    return open(folder, OpenOptions{}, clock, files);
}

Result<std::unique_ptr<RunHistory>> RunHistory::open(const RunFolder& folder,
                                                     const OpenOptions& options, const Clock& clock,
                                                     Files& files) {
    auto spec = readSpec(folder, files);
    if (!spec) return tl::unexpected(spec.error());
    std::unique_ptr<RunHistory> history(new RunHistory(std::make_unique<Impl>(
        folder, std::move(*spec), clock, files, storeOf(folder, options.series, files))));
    auto& impl = *history->m_impl;
    if (options.series == Series::Rebuilt) {
        impl.store.clear();
        impl.beginAnew();
    } else if (auto loaded = impl.load(); !loaded) {
        return tl::unexpected(loaded.error());
    }
    if (options.series == Series::Stored && unreadBytes(folder, *impl.assembler, files) > kLong)
        return open(folder, {Series::Kept, options.progress}, clock, files);
    const auto before = impl.stored();
    const auto report = [&](const WalkProgress& progress) {
        if (options.progress) options.progress(progress.bytes, progress.of_bytes);
    };
    if (auto read = impl.readJournals(report); !read) return tl::unexpected(read.error());
    if (impl.stored() != before) impl.settled_summary.clear();
    history->superviseNow();
    impl.takeSettledSummary();
    // Whoever opens it next need not read all that again.
    if (impl.stored() - before >= kWorthSaving || options.series == Series::Rebuilt)
        if (auto saved = history->saveSeries(); !saved) impl.remark = saved.error().message;
    return history;
}

Result<std::unique_ptr<RunHistory>> RunHistory::openStored(const RunFolder& folder,
                                                           const Clock& clock, Files& files) {
    auto spec = readSpec(folder, files);
    if (!spec) return tl::unexpected(spec.error());
    std::unique_ptr<RunHistory> history(new RunHistory(std::make_unique<Impl>(
        folder, std::move(*spec), clock, files, storeOf(folder, Series::Stored, files))));
    if (auto loaded = history->m_impl->load(); !loaded) return tl::unexpected(loaded.error());
    if (history->m_impl->assembler->streams().empty()) return nullptr;
    return history;
}

bool RunHistory::ingest(const wire::FrameView& frame) {
    m_impl->heard_ns = m_impl->clock.monotonicNs();
    m_impl->evidence.silent_s = 0.0;
    if (!m_impl->assembler->take(frame, SequenceTracker::Source::Socket)) return false;
    ++m_impl->revision;
    return true;
}

bool RunHistory::needsHealing() const noexcept {
    return m_impl->assembler->needsHealing();
}

Result<std::int64_t> RunHistory::heal() {
    const auto before = m_impl->stored();
    const auto read = m_impl->readJournals();
    const auto gained = m_impl->stored() - before;
    if (gained > 0) ++m_impl->revision;
    if (!read) return tl::unexpected(read.error());
    return gained;
}

Result<void> RunHistory::superviseNow() {
    auto& impl = *m_impl;
    lookAtHost(impl.evidence, {impl.folder, impl.spec, impl.clock, impl.files}, *impl.assembler,
               impl.heard_ns);
    // The ledger's readings were stored, and cannot be read again.
    if (impl.assembler->series().isDamaged())
        if (auto again = impl.startOver(); !again) return again;
    impl.judgeNow();
    if (!impl.over()) impl.closed = false;
    if (!impl.over() || std::exchange(impl.closed, true)) return {};
    // The end: the journals have what the socket no longer brought, and may change the verdict.
    if (auto healed = heal(); !healed) return tl::unexpected(healed.error());
    impl.assembler->settle(true);  // what was late shows only when everything is placed
    if (impl.assembler->cameTooLate())
        if (auto again = impl.startOver(); !again) return again;
    impl.judgeNow();
    ++impl.revision;
    return {};
}

bool RunHistory::isWhole() const {
    const auto& assembler = *m_impl->assembler;
    for (const auto& [key, stream] : assembler.streams()) {
        if (stream.journal_waits || stream.journaled < stream.sequence.reached() ||
            stream.sequence.isBehind())
            return false;
        const bool here = stream.hello && stream.hello->boot_id == bootId();
        if (key.attempt == assembler.attemptNumber() && !here && !stream.ended) return false;
    }
    return assembler.attempt() != nullptr &&
           assembler.attempt()->hellos == assembler.attempt()->world_size;
}

std::vector<RunHistory::Gap> RunHistory::gaps() const {
    std::vector<Gap> gaps;
    const auto& streams = m_impl->assembler->streams();
    // Not attemptNumber(): the very hello may be what is missing.
    const auto latest = streams.empty() ? 0 : streams.rbegin()->first.attempt;
    for (const auto& [key, stream] : streams) {
        const auto& sequence = stream.sequence;
        if (sequence.isBehind() && key.attempt == latest)
            gaps.push_back({key.attempt, key.rank, sequence.reached() + 1, sequence.highest()});
    }
    return gaps;
}

Result<void> RunHistory::restOnJournals() {
    m_impl->assembler->settle(true);
    if (isWhole() && !m_impl->assembler->cameTooLate()) return {};
    return m_impl->startOver();
}

const RunSummary& RunHistory::summary() {
    auto& impl = *m_impl;
    impl.judgeNow();
    if (impl.summary_revision == impl.revision) return impl.summary;
    impl.assembler->settle(impl.over());
    fillSummary(impl.summary, *impl.assembler, impl.verdict);
    impl.summary_revision = impl.revision;
    return impl.summary;
}

std::uint64_t RunHistory::revision() const noexcept {
    return m_impl->revision;
}

Result<SeriesColumns> RunHistory::query(const SeriesQuery& query) {
    auto found = m_impl->query(query);
    if (found || found.error().code != ExitCode::Integrity) return found;
    // What is stored is damaged: it heals by being made again.
    m_impl->remark = found.error().message;
    if (auto again = rebuild(); !again) return tl::unexpected(again.error());
    return m_impl->query(query);
}

Result<void> RunHistory::visitPoints(const std::string& series, const PointVisitor& visit) {
    m_impl->assembler->settle(m_impl->over());
    const auto place = m_impl->assembler->series().find(series);
    if (!place) return tl::unexpected(place.error());
    return place->table->visitRows(place->column, place->stream, visit);
}

std::uint64_t RunHistory::reachedSequence(std::uint32_t attempt, std::uint32_t rank) const {
    const auto& streams = m_impl->assembler->streams();
    const auto it = streams.find({attempt, rank});
    return it == streams.end() ? 0 : it->second.sequence.reached();
}

std::vector<EnergyPoint> RunHistory::energyTrace() {
    constexpr int kPoints = 1000;
    auto& assembler = *m_impl->assembler;
    if (!summary().energy_j || !assembler.openedUnixNs()) return {};
    const double start_s = static_cast<double>(*assembler.openedUnixNs()) / kNanosPerSecond;
    const double end_s = assembler.timeline().endS();
    assembler.describeRun();  // the ledger may just have been read again
    std::vector<EnergyPoint> out;
    for (int i = 0; i <= kPoints; ++i) {
        const double t_s = end_s * i / kPoints;
        const auto j = i == 0 ? std::optional(0.0) : assembler.series().ledger().energyAt(0.0, t_s);
        if (j) out.push_back({start_s + t_s, *j});
    }
    return out;
}

std::vector<std::string> RunHistory::seriesNames() const {
    return m_impl->assembler->series().names();
}

Result<void> RunHistory::saveSeries() {
    auto& impl = *m_impl;
    impl.assembler->settle(impl.over());
    if (!impl.store.isOwned()) return {};
    for (const auto* table : storedTables())
        if (auto status = table->status(); !status) return status;
    if (impl.assembler->isPrivate())
        return fail(ExitCode::Environment,
                    "the series could not be stored in " + impl.store.place().folder.string() +
                        " and are kept by this process alone; free some space");
    const std::string settled = impl.over() ? wire::toJson(summary(), 1) : std::string();
    ArchiveWriter archive;
    archive(impl.spec.id, settled);
    impl.assembler->save(archive);
    if (auto written = impl.store.writeState(archive.bytes()); !written) return written;
    if (!impl.over()) return {};
    return writeFileAtomically(impl.store.place().folder / "summary.json", settled + "\n");
}

Result<void> RunHistory::rebuild() {
    auto& impl = *m_impl;
    if (auto again = impl.startOver(); !again) return again;
    impl.assembler->settle(impl.over());
    return saveSeries();
}

bool RunHistory::keepsSeries() const noexcept {
    return m_impl->store.isOwned();
}

const std::string& RunHistory::remark() const noexcept {
    return m_impl->remark.empty() ? m_impl->store.remark() : m_impl->remark;
}

std::vector<const ColumnTable*> RunHistory::tables() {
    m_impl->assembler->settle(m_impl->over());
    return storedTables();
}

std::vector<const ColumnTable*> RunHistory::storedTables() const {
    auto tables = m_impl->assembler->series().tables();
    const auto ranks = m_impl->assembler->ranks().tables();
    tables.insert(tables.end(), ranks.begin(), ranks.end());
    return tables;
}

void RunHistory::release() noexcept {
    m_impl->assembler->series().release();
    m_impl->assembler->ranks().release();
}

}  // namespace wattline
