// SPDX-License-Identifier: Apache-2.0
// Counts a run's records a second time, on its own: nothing here uses the counters of RunHistory,
// so that an error in one of the two shows as a difference.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "telemetry/runs/run_history.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

/// No rank writes that many records; a larger number is nonsense from outside.
constexpr std::uint64_t kMaxSequence = std::uint64_t{1} << 53;

std::string streamName(const wire::JournalStream& stream) {
    const std::string rank = "rank " + std::to_string(stream.rank);
    return stream.attempt == 1 ? rank : rank + " of attempt " + std::to_string(stream.attempt);
}

/// Which sequences one journal holds, as runs of neighbours: first -> last.
class Coverage {
public:
    /// Answers how many of first..last were there already.
    std::uint64_t add(std::uint64_t first, std::uint64_t last) {
        std::uint64_t repeated = 0;
        const auto start = first;
        auto it = m_spans.upper_bound(first);
        if (it != m_spans.begin() && std::prev(it)->second + 1 >= first) --it;
        while (it != m_spans.end() && it->first <= last + 1) {
            const auto from = std::max(it->first, start);
            const auto to = std::min(it->second, last);
            if (to >= from) repeated += to - from + 1;
            first = std::min(first, it->first);
            last = std::max(last, it->second);
            it = m_spans.erase(it);
        }
        m_spans[first] = last;
        return repeated;
    }
    [[nodiscard]] std::uint64_t count() const {
        std::uint64_t sum = 0;
        for (const auto& [first, last] : m_spans)
            sum += last - first + 1;
        return sum;
    }
    [[nodiscard]] std::uint64_t highest() const {
        return m_spans.empty() ? 0 : m_spans.rbegin()->second;
    }
    [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& spans() const { return m_spans; }

private:
    std::map<std::uint64_t, std::uint64_t> m_spans;
};

struct StreamCount {
    Coverage coverage;
    std::uint64_t duplicates = 0;
    std::uint32_t world_size = 0;
    std::int64_t dropped = 0;
    bool ended = false;
    std::optional<wire::Heartbeat> tally;
    wire::JournalReadStats stats;

    /// Numbered by the rank, but never journaled.
    [[nodiscard]] std::uint64_t unwritten() const {
        if (!tally || tally->last_sequence > kMaxSequence) return 0;
        return tally->last_sequence - std::min(tally->last_sequence, coverage.highest());
    }
};

void countFrame(StreamCount& count, const wire::FrameView& frame) {
    const auto first = frame.envelope.first_sequence;
    if (!frame.sequenced() || frame.count == 0 || first > kMaxSequence) return;
    count.duplicates += count.coverage.add(first, first + frame.count - 1);
    if (frame.kind == wire::Kind::Hello) {
        if (const auto hello = wire::parseHello(frame.json())) count.world_size = hello->world_size;
    } else if (frame.kind == wire::Kind::Event) {
        const auto event = wire::parseEvent(frame.json());
        if (!event || event->kind != "ended") return;
        count.ended = true;
        count.dropped = std::max<std::int64_t>(0, event->dropped.value_or(0));
    }
}

/// A rank without an end is a remark while its run goes on, where a run failed or was lost, and in
/// an attempt that another one followed: that is how a killed rank leaves its journal. The last
/// attempt of a run that finished has the end of every rank.
void describeEnd(const std::string& who, const StreamCount& count, bool may_lack_end,
                 VerifyReport& report) {
    auto& sentences = may_lack_end && !count.ended ? report.remarks : report.findings;
    if (!count.stats.damaged && count.stats.torn_bytes > 0)
        sentences.push_back(who + ": its journal ends in " +
                            std::to_string(count.stats.torn_bytes) +
                            " bytes of an unfinished frame, as a killed rank leaves it");
    if (!count.ended)
        sentences.push_back(who + ": no 'ended' record; it still runs or was cut off");
}

/// One sentence for each thing that is not as it should be.
void describe(const wire::JournalStream& stream, const StreamCount& count, bool may_lack_end,
              VerifyReport& report) {
    const auto who = streamName(stream);
    std::uint64_t next = 1;
    for (const auto& [first, last] : count.coverage.spans()) {
        if (first > next)
            report.findings.push_back(who + ": records " + std::to_string(next) + " to " +
                                      std::to_string(first - 1) + " are missing in its journal");
        next = last + 1;
    }
    if (count.unwritten() > 0)
        report.findings.push_back(who + ": " + std::to_string(count.unwritten()) +
                                  " records could not be written: " + count.tally->journal_error);
    if (count.duplicates > 0)
        report.findings.push_back(who + ": " + std::to_string(count.duplicates) +
                                  " records are in its journal twice; they count once");
    if (count.dropped > 0)
        report.findings.push_back(who + ": " + std::to_string(count.dropped) +
                                  " records were dropped because its ring was full");
    if (count.stats.damaged)
        report.findings.push_back(
            who +
            ": its journal is damaged; what lies behind the damage in the "
            "same file cannot be read (" +
            std::to_string(count.stats.torn_bytes + count.stats.skipped_bytes) + " bytes)");
    describeEnd(who, count, may_lack_end, report);
}

void add(const StreamCount& count, VerifyReport& report) {
    const auto stored = static_cast<std::int64_t>(count.coverage.count());
    const auto last = count.coverage.highest() + count.unwritten();
    const auto expected = static_cast<std::int64_t>(last) + count.dropped;
    report.records_expected += expected;
    report.records_stored += stored;
    report.records_lost += expected - stored;
    report.records_dropped += count.dropped;
    report.duplicates += static_cast<std::int64_t>(count.duplicates);
    report.torn_bytes += count.stats.torn_bytes;
    report.damaged = report.damaged || count.stats.damaged;
}

void findAbsentRanks(const std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>>& ranks,
                     VerifyReport& report) {
    for (const auto& [attempt, counts] : ranks) {
        const auto [found, world_size] = counts;
        if (found < world_size)
            report.findings.push_back(std::to_string(world_size - found) + " of " +
                                      std::to_string(world_size) + " ranks of attempt " +
                                      std::to_string(attempt) + " left no journal");
    }
}

bool same(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

constexpr std::int64_t kRowsAtOnce = 2048;

/// The first row in which two tables differ in one column of one stream, over the rows that both
/// have. `read` reads rows of a table from `first` on.
template <typename Read>
Result<std::optional<std::int64_t>> firstDifference(const ColumnTable& a, const ColumnTable& b,
                                                    std::uint32_t stream, const Read& read) {
    const auto rows = std::min(a.rows(stream), b.rows(stream));
    std::vector<double> left, right;
    for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
        const auto count = static_cast<std::size_t>(std::min(kRowsAtOnce, rows - first));
        left.resize(count);
        right.resize(count);
        for (const auto& [table, out] : {std::pair{&a, &left}, {&b, &right}})
            if (auto ok = read(*table, first, *out); !ok) return tl::unexpected(ok.error());
        for (std::size_t i = 0; i < count; ++i)
            if (!same(left[i], right[i])) return first + static_cast<std::int64_t>(i);
    }
    return std::nullopt;
}

/// Over all columns of all streams; the first row that differs in any.
Result<std::optional<std::int64_t>> firstDifference(const ColumnTable& a, const ColumnTable& b) {
    std::optional<std::int64_t> found;
    const auto note = [&](const Result<std::optional<std::int64_t>>& row) {
        if (row && *row && (!found || **row < *found)) found = *row;
        return row.has_value();
    };
    const auto& shape = a.shape();
    for (std::uint32_t stream = 0; stream < shape.streams; ++stream) {
        for (std::size_t axis = 0; axis < shape.axes.size(); ++axis) {
            const auto row = firstDifference(
                a, b, stream, [&](const ColumnTable& table, std::int64_t first, auto& out) {
                    return table.readAxis(stream, axis, 0, first, out);
                });
            if (!note(row)) return row;
        }
        for (std::size_t value = 0; value < shape.values.size(); ++value) {
            const auto row = firstDifference(
                a, b, stream, [&](const ColumnTable& table, std::int64_t first, auto& out) {
                    return table.readRows(stream, value, first, out);
                });
            if (!note(row)) return row;
        }
    }
    return found;
}

/// Series are a copy for fast reading: fewer rows are a hub that was behind, other values an error.
void compareTables(const ColumnTable& saved, const ColumnTable& made, VerifyReport& report) {
    const std::string again = "; make them again with 'wattline rebuild'";
    const auto name = "series/" + saved.shape().name;
    if (auto whole = saved.checkSlots(); !whole)
        return report.findings.push_back(whole.error().message);
    for (std::uint32_t stream = 0; stream < made.shape().streams; ++stream)
        if (saved.rows(stream) > made.rows(stream))
            return report.findings.push_back(
                name + " do not belong to the journal (" + std::to_string(saved.rows(stream)) +
                " rows, the journal gives " + std::to_string(made.rows(stream)) + ")" + again);
    const auto row = firstDifference(saved, made);
    if (!row)
        report.findings.push_back(row.error().message);
    else if (*row)
        report.findings.push_back(name + " differ from the journal in row " +
                                  std::to_string(**row) + again);
}

void compareSeries(const RunFolder& folder, RunHistory& history, VerifyReport& report,
                   const Clock& clock, Files& files) {
    const auto stored = RunHistory::openStored(folder, clock, files);
    if (!stored) return report.findings.push_back(stored.error().message);
    if (*stored == nullptr) return;
    if (!(*stored)->remark().empty()) report.findings.push_back((*stored)->remark());
    const auto made = history.tables();
    for (const auto* saved : (*stored)->storedTables()) {
        const auto twin = std::ranges::find(
            made, saved->shape(), [](const ColumnTable* table) { return table->shape(); });
        if (twin == made.end())
            report.findings.push_back("series/" + saved->shape().name +
                                      " do not belong to the journal; make them again with "
                                      "'wattline rebuild'");
        else
            compareTables(*saved, **twin, report);
    }
}

void compareCounts(const RunFolder& folder, RunHistory& history, VerifyReport& report,
                   Files& files) {
    const auto& summary = history.summary();
    // A run that goes on has written more since it was opened.
    if (isFinal(summary.state) && summary.records_stored != report.records_stored)
        report.findings.push_back("the figures rest on " + std::to_string(summary.records_stored) +
                                  " records, the journals hold " +
                                  std::to_string(report.records_stored));
    const auto text = readFile(folder.series() / "summary.json", files);
    if (!text) return;
    const auto saved = wire::parseRunSummary(*text);
    if (!saved) {
        report.findings.push_back("series/summary.json cannot be read: " + saved.error().message);
        return;
    }
    // What ranks told the hub while they lived counts, too: a journal cannot know its own end.
    const auto told = saved->records_expected - report.records_expected;
    if (told > 0) {
        report.records_expected += told;
        report.records_lost += told;
        report.findings.push_back(std::to_string(told) +
                                  " records that the hub knew of are in no journal");
    }
    const auto energy = [](const RunSummary& s) { return s.energy_j.value_or(std::nan("")); };
    if (!same(energy(*saved), energy(summary)))
        report.findings.push_back("series/summary.json has another energy than the journals give");
}

}  // namespace

Result<VerifyReport> verifyRun(const RunFolder& folder, const Clock& clock, Files& files) {
    auto history = RunHistory::open(folder, {RunHistory::Series::Private, {}}, clock, files);
    if (!history) return tl::unexpected(history.error());
    VerifyReport report;
    const bool may_lack_end = (*history)->summary().state != RunState::Finished;
    std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> ranks;  // found, world size
    const auto streams = wire::listJournals(folder.journal(), files);
    const auto last_attempt = streams.empty() ? 0 : streams.back().attempt;
    for (const auto& stream : streams) {
        StreamCount count;
        wire::JournalPosition position;
        const auto take = [&](const wire::FrameView& frame) { countFrame(count, frame); };
        auto stats = wire::readJournal(stream, position, take, files, {.patience_ns = 0});
        if (!stats) return tl::unexpected(stats.error());
        count.stats = *stats;
        count.tally = wire::readTally(folder.journal(), stream.attempt, stream.rank, files);
        if (count.tally && count.tally->dropped <= kMaxSequence)
            count.dropped =
                std::max(count.dropped, static_cast<std::int64_t>(count.tally->dropped));
        describe(stream, count, may_lack_end || stream.attempt < last_attempt, report);
        add(count, report);
        auto& [found, world_size] = ranks[stream.attempt];
        ++found;
        world_size = std::max(world_size, count.world_size);
    }
    findAbsentRanks(ranks, report);
    const auto& summary = (*history)->summary();
    if (ranks.empty() && isFinal(summary.state))
        report.findings.push_back("the run is over, and none of its " +
                                  std::to_string(summary.spec.ranks) + " ranks left a journal");
    compareCounts(folder, **history, report, files);
    compareSeries(folder, **history, report, clock, files);
    return report;
}

}  // namespace wattline
