// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/run_history.h"

#include <array>
#include <utility>

#include "telemetry/core/units.h"
#include "telemetry/runs/assembler.h"
#include "telemetry/runs/evidence.h"
#include "telemetry/runs/run_figures.h"
#include "telemetry/runs/supervision.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {

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

    Impl(RunFolder f, RunSpec s, const Clock& c, Files& fs)
        : folder(std::move(f)), spec(std::move(s)), clock(c), files(fs),
          assembler(std::make_unique<Assembler>(spec, clock)) {
        summary.spec = spec;
    }

    [[nodiscard]] std::int64_t stored() const {
        std::int64_t sum = 0;
        for (const auto& [key, stream] : assembler->streams())
            sum += static_cast<std::int64_t>(stream.sequence.stored());
        return sum;
    }

    /// What a full disk kept out of the journal is lost, and must not look as if it never was.
    void readTally(const wire::JournalStream& journal, RankStream& stream) {
        stream.tally = wire::readTally(folder.journal(), journal.attempt, journal.rank, files);
        if (!stream.tally) return;
        const auto before = stream.sequence.expected();
        stream.sequence.knowsOf(stream.tally->last_sequence, stream.tally->dropped);
        if (stream.sequence.expected() != before) ++revision;
    }

    Result<void> readJournals() {
        Result<void> outcome;
        for (const auto& journal : wire::listJournals(folder.journal(), files)) {
            auto& stream = assembler->stream({journal.attempt, journal.rank});
            const auto take = [this](const wire::FrameView& frame) {
                assembler->take(frame, SequenceTracker::Source::Journal);
            };
            const auto read = wire::readJournal(journal, stream.journal, take, files);
            readTally(journal, stream);
            // One rank's unreadable journal must not hide the others'.
            if (!read && outcome) outcome = tl::unexpected(read.error());
        }
        return outcome;
    }

    /// Rows were made too early (a rank was cut off for a while): makes them again, in order.
    Result<void> startOver() {
        auto old = std::exchange(assembler, std::make_unique<Assembler>(spec, clock));
        auto outcome = readJournals();
        for (const auto& [key, stream] : old->streams())
            assembler->stream(key).sequence.knowsOf(stream.sequence.highest(),
                                                    stream.sequence.dropped());
        return outcome;
    }

    void judgeNow() {
        lookAtRecords(evidence, *assembler);
        auto next = judge(evidence);
        if (next.state != verdict.state || next.reason != verdict.reason) ++revision;
        verdict = std::move(next);
    }

    [[nodiscard]] bool over() const { return isFinal(verdict.state); }
};

RunHistory::RunHistory(RunFolder folder, RunSpec spec, const Clock& clock, Files& files)
    : m_impl(std::make_unique<Impl>(std::move(folder), std::move(spec), clock, files)) {}
RunHistory::~RunHistory() = default;

Result<std::unique_ptr<RunHistory>> RunHistory::open(const RunFolder& folder, const Clock& clock,
                                                     Files& files) {
    const auto text = readFile(folder.spec(), files);
    if (!text) return tl::unexpected(text.error());
    auto spec = wire::parseRunSpec(*text);
    if (!spec)
        return fail(spec.error().code,
                    "cannot open " + folder.path.string() + ": " + spec.error().message);
    auto history = std::make_unique<RunHistory>(folder, std::move(*spec), clock, files);
    if (auto read = history->heal(); !read) return tl::unexpected(read.error());
    history->superviseNow();
    return history;
}

void RunHistory::ingest(const wire::FrameView& frame) {
    m_impl->heard_ns = m_impl->clock.monotonicNs();
    m_impl->evidence.silent_s = 0.0;
    if (m_impl->assembler->take(frame, SequenceTracker::Source::Socket)) ++m_impl->revision;
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
    impl.judgeNow();
    if (!impl.over()) impl.closed = false;
    if (!impl.over() || std::exchange(impl.closed, true)) return {};
    // The end: the journals have what the socket no longer brought, and may change the verdict.
    if (auto healed = heal(); !healed) return tl::unexpected(healed.error());
    impl.assembler->settle(false);
    if (impl.assembler->cameTooLate())
        if (auto again = impl.startOver(); !again) return again;
    impl.judgeNow();
    ++impl.revision;
    return {};
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
    m_impl->assembler->settle(m_impl->over());
    const auto place = m_impl->assembler->series().find(query.series);
    if (!place) return tl::unexpected(place.error());
    return place->table->query(place->column, query);
}

Result<void> RunHistory::visitPoints(const std::string& series, const PointVisitor& visit) {
    m_impl->assembler->settle(m_impl->over());
    const auto place = m_impl->assembler->series().find(series);
    if (!place) return tl::unexpected(place.error());
    std::array<double, kAxisCount> axes{};
    for (std::int64_t row = 0; row < place->table->rows(); ++row) {
        for (int axis = 0; axis < kAxisCount; ++axis)
            axes[static_cast<std::size_t>(axis)] = place->table->axis(row, static_cast<Axis>(axis));
        visit(axes, place->table->value(row, place->column));
    }
    return {};
}

std::vector<EnergyPoint> RunHistory::energyTrace() {
    constexpr int kPoints = 1000;
    auto& assembler = *m_impl->assembler;
    if (!summary().energy_j || !assembler.openedUnixNs()) return {};
    const double start_s = static_cast<double>(*assembler.openedUnixNs()) / kNanosPerSecond;
    const double end_s = assembler.timeline().endS();
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
    const auto folder = impl.folder.series();
    if (auto saved = impl.assembler->series().save(folder); !saved) return saved;
    if (!impl.over()) return {};
    return writeFileAtomically(folder / "summary.json", wire::toJson(summary(), 1) + "\n",
                               impl.files);
}

std::vector<std::pair<std::string, const SeriesTable*>> RunHistory::tables() {
    m_impl->assembler->settle(m_impl->over());
    return m_impl->assembler->series().files();
}

}  // namespace wattline
