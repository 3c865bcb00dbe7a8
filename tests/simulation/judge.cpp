// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/judge.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "telemetry/wire/frame.h"
#include "telemetry/wire/journal_name.h"

namespace wattline::sim {
namespace {

using Bytes = std::vector<std::byte>;
using Findings = std::vector<std::string>;

constexpr std::uint32_t kMostParts = 2000;

void readPart(const Bytes& bytes, JournalContent& content) {
    std::span<const std::byte> rest(bytes);
    while (!rest.empty()) {
        const auto frame = wire::decode(rest);
        if (!frame) {
            content.torn_bytes += rest.size();
            return;
        }
        rest = rest.subspan(frame->frame_bytes);
        if (!frame->sequenced()) continue;
        const auto first = frame->envelope.first_sequence;
        content.contiguous = content.contiguous && first == content.highest + 1;
        content.highest = first + frame->count - 1;
        content.records += frame->count;
        for (std::uint32_t i = 0; i < frame->count; ++i) {
            if (frame->kind == wire::Kind::Steps) content.steps.push_back(frame->step(i));
            if (frame->kind == wire::Kind::Power) content.power.push_back(frame->power(i));
        }
    }
}

template <typename Look>
JournalContent readWith(const RunFolder& folder, const SimRank& rank, const Look& look) {
    JournalContent content;
    const auto& hello = rank.plan().hello;
    for (std::uint32_t part = 0; part < kMostParts; ++part) {
        const auto name = wire::format(wire::JournalName{hello.attempt, hello.rank, part});
        const Bytes* bytes = look((folder.journal() / name).string());
        if (bytes == nullptr) break;
        ++content.parts;
        readPart(*bytes, content);
    }
    return content;
}

template <typename T> bool isPrefix(const std::vector<T>& part, const std::vector<T>& whole) {
    return part.size() <= whole.size() &&
           (part.empty() || std::memcmp(part.data(), whole.data(), part.size() * sizeof(T)) == 0);
}

std::string nameOf(const SimRank& rank) {
    return "attempt " + std::to_string(rank.plan().hello.attempt) + " rank " +
           std::to_string(rank.plan().hello.rank);
}

/// Collects sentences.
class Court {
public:
    explicit Court(World& world) : m_world(world) {}

    void expect(bool holds, const std::string& sentence) {
        if (!holds) m_findings.push_back(sentence);
    }
    void equal(const std::string& what, std::uint64_t is, std::uint64_t should) {
        expect(is == should,
               what + ": is " + std::to_string(is) + ", should be " + std::to_string(should));
    }
    void atLeast(const std::string& what, std::uint64_t is, std::uint64_t least) {
        expect(is >= least, what + ": is " + std::to_string(is) + ", should be at least " +
                                std::to_string(least));
    }

    void judgeRank(const SimRank& rank);
    void judgeHub();
    void judgeRebuilt();
    void judgeVerify();
    [[nodiscard]] Findings findings() && { return std::move(m_findings); }

private:
    /// Records that may be in the hub's memory and in no journal any more.
    [[nodiscard]] bool journalsShrank() const {
        return m_world.host_crashed || m_world.was_damaged;
    }
    void compareSeries(RunHistory& again, const std::string& series);

    World& m_world;
    Findings m_findings;
    std::uint64_t m_journaled = 0;  ///< over all ranks, as the files are now
    std::uint64_t m_dropped = 0;
    std::uint64_t m_never_written = 0;  ///< numbered, but a disk that stayed full kept them out
};

void Court::judgeRank(const SimRank& rank) {
    const auto who = nameOf(rank);
    const auto& truth = rank.truth;
    const auto journal = readBytes(m_world.disk(), m_world.folder(), rank);
    m_journaled += journal.records;
    auto& statistics = m_world.statistics();
    statistics.add(Happened::RingDrop, truth.dropped);
    if (journal.parts > 1) statistics.add(Happened::PartStarted, journal.parts - 1);
    if (journal.torn_bytes > 0) statistics.add(Happened::TornTail);

    equal(who + ": P1, records pushed = taken + dropped", truth.pushed,
          truth.steps.size() + truth.power.size() + truth.dropped);
    expect(!truth.sent_too_early, who + ": P2, a frame was sent before the journal had it");
    if (m_world.was_damaged) return;
    expect(journal.contiguous, who + ": P2, the journal's sequence has a gap or a repetition");
    expect(isPrefix(journal.steps, truth.steps),
           who + ": P2, the journal's steps are not those that were recorded, in order");
    expect(isPrefix(journal.power, truth.power),
           who + ": P2, the journal's readings are not those that were recorded, in order");
    if (truth.host_crashed) {
        atLeast(who + ": P2, records that were synced before its host crashed", journal.records,
                truth.durable);
        atLeast(who + ": P2, steps older than the fsync interval when its host crashed",
                journal.steps.size(), truth.steps_that_must_survive);
        statistics.add(Happened::RecordsLost,
                       truth.journaled - std::min(truth.journaled, journal.records));
        return;
    }
    atLeast(who + ": P2, records that the journal had accepted", journal.records, truth.journaled);
    atLeast(who + ": records that had a number", truth.numbered, journal.records);
    if (!truth.ended_in_order) return;
    equal(who + ": P2, records of a rank that ended in order", journal.records, truth.numbered);
    equal(who + ": P2, steps of a rank that ended in order", journal.steps.size(),
          truth.steps.size());
    m_dropped += truth.dropped;
}

void Court::judgeHub() {
    const auto* found = m_world.hub().registry().find(kRun);
    if (found == nullptr) return expect(false, "the hub does not know the run");
    const auto summary = *found;
    expect(isFinal(summary.state),
           "the run is over, the hub says " + std::string(name(summary.state)));
    const auto stored = static_cast<std::uint64_t>(summary.records_stored);
    equal("the hub: expected = stored + lost", static_cast<std::uint64_t>(summary.records_expected),
          stored + static_cast<std::uint64_t>(summary.records_lost));
    // After damage the files hold less than they did, and less than a hub may have read in time.
    if (m_world.was_damaged) return;
    atLeast("P2, records that the hub stored, of those in the journals", stored, m_journaled);
    if (!journalsShrank()) equal("P2, each journaled record is stored once", stored, m_journaled);
    atLeast("the hub: records lost, of those that ranks said they dropped",
            static_cast<std::uint64_t>(summary.records_lost), m_dropped);
    std::multiset<std::string> taken;
    for (const auto& rank : m_world.ranks())
        for (const auto& id : rank->truth.commands_taken)
            taken.insert(std::to_string(rank->plan().hello.attempt) + "/" + id);
    for (const auto& id : std::set<std::string>(taken.begin(), taken.end()))
        equal("command " + id + " was taken once", taken.count(id), 1);
}

void Court::compareSeries(RunHistory& again, const std::string& series) {
    constexpr std::array looks{std::pair(Axis::Time, 100'000), std::pair(Axis::GpuHours, 100'000),
                               std::pair(Axis::Time, 61)};
    for (const auto& [axis, columns] : looks) {
        SeriesQuery query;
        query.run = kRun;
        query.series = series;
        query.axis = axis;
        query.columns = columns;
        const auto live = m_world.hub().registry().query(query);
        const auto rebuilt = again.query(query);
        if (!live || !rebuilt) {
            expect(false, "series " + series + " cannot be queried");
            return;
        }
        const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
            return a.size() == b.size() &&
                   (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
        };
        expect(same(live->x, rebuilt->x) && same(live->min, rebuilt->min) &&
                   same(live->max, rebuilt->max) && same(live->mean, rebuilt->mean),
               "series " + series + " at " + std::to_string(columns) +
                   " columns: the rebuilt one is another (" + std::to_string(live->x.size()) +
                   " and " + std::to_string(rebuilt->x.size()) + " points)");
    }
}

void Court::judgeRebuilt() {
    Process reader;
    reader.host = 0;
    const auto files = m_world.disk().view(reader);
    const auto again = RunHistory::open(m_world.folder(), m_world.hubClock(), *files);
    if (!again) return expect(false, "the run cannot be opened: " + again.error().message);
    const auto live = *m_world.hub().registry().find(kRun);
    const auto& rebuilt = (*again)->summary();
    equal("P2, each journaled record is in the rebuilt run once",
          static_cast<std::uint64_t>(rebuilt.records_stored), m_journaled);
    if (m_world.was_damaged || m_world.crashed_after_end) return;
    equal("records stored, live and rebuilt", static_cast<std::uint64_t>(live.records_stored),
          static_cast<std::uint64_t>(rebuilt.records_stored));
    auto mine = live;
    mine.records_expected = rebuilt.records_expected;  // the hub may know of more
    mine.records_lost = rebuilt.records_lost;
    atLeast("records expected, live against rebuilt",
            static_cast<std::uint64_t>(live.records_expected),
            static_cast<std::uint64_t>(rebuilt.records_expected));
    const auto a = wire::toJson(mine, 1), b = wire::toJson(rebuilt, 1);
    const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
    const auto from = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, at - 60));
    expect(a == b, "the rebuilt summary is another: live ..." + a.substr(from, 160) +
                       "... rebuilt ..." + b.substr(std::min(from, b.size()), 160));
    for (const auto& series : (*again)->seriesNames())
        compareSeries(**again, series);
}

void Court::judgeVerify() {
    Process reader;
    reader.host = 0;
    const auto files = m_world.disk().view(reader);
    const auto report = verifyRun(m_world.folder(), m_world.hubClock(), *files);
    if (!report) return expect(false, "verify failed: " + report.error().message);
    std::uint64_t dropped = 0;
    bool all_began = true;
    for (const auto& rank : m_world.ranks()) {
        dropped += rank->truth.dropped;
        all_began = all_began && readBytes(m_world.disk(), m_world.folder(), *rank).records > 0;
    }
    expect(!report->damaged || journalsShrank(), "verify: a journal is damaged, and nothing was");
    equal("verify: records stored", static_cast<std::uint64_t>(report->records_stored),
          m_journaled);
    const auto excused = [&](const std::string& finding) {
        const auto says = [&](const char* text) { return finding.find(text) != std::string::npos; };
        if (journalsShrank()) return true;
        if (m_world.disk_refused && says("could not be written")) return true;
        if (dropped > 0 && says("dropped")) return true;
        return !all_began && says("left no journal");
    };
    for (const auto& finding : report->findings)
        expect(excused(finding), "verify: " + finding);
    equal("verify: duplicates", static_cast<std::uint64_t>(report->duplicates), 0);
}

}  // namespace

JournalContent readBytes(const SimDisk& disk, const RunFolder& folder, const SimRank& rank) {
    return readWith(folder, rank, [&](const std::string& path) { return disk.contents(path); });
}

JournalContent readDurable(const SimDisk& disk, const RunFolder& folder, const SimRank& rank) {
    return readWith(folder, rank, [&](const std::string& path) { return disk.durable(path); });
}

std::vector<std::string> judge(World& world) {
    Court court(world);
    for (const auto& rank : world.ranks())
        court.judgeRank(*rank);
    court.judgeHub();
    // Records that only the hub's memory had go with it: compare what files give with files.
    if (world.host_crashed || world.was_damaged) world.restartHub();
    court.judgeRebuilt();
    court.judgeVerify();
    auto findings = std::move(court).findings();
    findings.insert(findings.end(), world.broken_on_the_way.begin(), world.broken_on_the_way.end());
    if (!findings.empty())
        findings.push_back(std::string("in a history with") + (world.host_crashed ? "" : "out") +
                           " a crashed host, with" + (world.was_damaged ? "" : "out") +
                           " damage, with" + (world.disk_refused ? "" : "out") +
                           " a disk that refused");
    return findings;
}

}  // namespace wattline::sim
