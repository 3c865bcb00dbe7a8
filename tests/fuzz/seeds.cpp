// SPDX-License-Identifier: Apache-2.0
// Writes the seeds of every target into FOLDER/TARGET/seed-*: small real inputs, always the same,
// from which a fuzzer starts.
//   fuzz_seeds FOLDER
#include <array>
#include <cmath>
#include <cstdio>

#include "app/client/hub_protocol.h"
#include "telemetry/store/series_table.h"
#include "telemetry/wire/compressed_part.h"
#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/memory_files.h"
#include "tests/telemetry/wire/sample_frames.h"

namespace {

using namespace wattline;
namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;

constexpr const char* kRun = "20261121-104512-7f3a";

Bytes bytesOf(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

class Seeds {
public:
    explicit Seeds(fs::path folder) : m_folder(std::move(folder)) {}
    void add(const std::string& target, const std::string& name, const Bytes& bytes) const {
        fuzz::writeWhole(m_folder / target / ("seed-" + name), bytes);
    }

private:
    fs::path m_folder;
};

/// One rank's journal in one piece: hello, clock, steps, power, an evaluation, its end.
class Rank {
public:
    Rank(std::uint32_t attempt, std::uint32_t rank) : m_attempt(attempt), m_rank(rank) {}

    Bytes journal() {
        auto hello = wire::test::sampleHello();
        hello.attempt = m_attempt;
        hello.rank = m_rank;
        hello.world_size = 2;
        json(wire::Kind::Hello, toJson(hello), true);
        json(wire::Kind::Clock,
             toJson(wire::ClockReading{hello.boot_id, 1'000'000'000, 1'000'000'500,
                                       1'790'000'000'000'000'000, 120}),
             false);
        steps();
        power();
        event("held", 1'700'000'000);
        event("resumed", 1'800'000'000);
        event("evaluated", 1'900'000'000);
        event("ended", 2'000'000'000);
        return std::move(m_bytes);
    }

private:
    wire::Envelope next(std::uint64_t count) {
        const auto first = m_sequence;
        m_sequence += count;
        return {kRun, m_attempt, m_rank, first};
    }
    void json(wire::Kind kind, const std::string& text, bool numbered) {
        const auto envelope = numbered ? next(1) : wire::Envelope{kRun, m_attempt, m_rank, 0};
        wire::appendJson(m_bytes, kind, envelope, text);
    }
    void steps() {
        std::array<StepRecord, 6> records;
        for (std::size_t i = 0; i < records.size(); ++i) {
            records[i].end_ns = 1'000'000'000 + static_cast<std::int64_t>(i + 1) * 100'000'000;
            records[i].step = i + 1;
            records[i].samples = 8;
            records[i].epoch = 1 + static_cast<std::uint32_t>(i / 4);
            records[i].loss = 2.0 / static_cast<double>(i + 1);
            records[i].duration_ns = 100'000'000;
            records[i].phase_ns[0] = 1'000'000;
        }
        wire::appendSteps(m_bytes, next(records.size()), records);
    }
    void power() {
        std::array<PowerRecord, 4> records;
        for (std::size_t i = 0; i < records.size(); ++i) {
            records[i].at_ns = 1'000'000'000 + static_cast<std::int64_t>(i) * 200'000'000;
            records[i].power_w = 50.0 + static_cast<double>(i);
        }
        wire::appendPower(m_bytes, next(records.size()), records);
    }
    void event(const std::string& kind, std::int64_t mono_ns) {
        auto event = wire::test::sampleEvent();
        event.kind = kind;
        event.mono_ns = mono_ns;
        if (kind == "ended") event.outcome = "finished";
        json(wire::Kind::Event, toJson(event), true);
    }

    std::uint32_t m_attempt, m_rank;
    std::uint64_t m_sequence = 1;
    Bytes m_bytes;
};

Bytes tally() {
    Bytes out;
    wire::Heartbeat heartbeat{7'000'000'000, 40, 1, 42, "running", "no space left on device"};
    wire::appendJson(out, wire::Kind::Heartbeat, {kRun, 1, 0, 0}, toJson(heartbeat));
    return out;
}

void addFrames(const Seeds& seeds) {
    Bytes all;
    for (const auto& [kind, bytes] : wire::test::sampleFrames())
        all.insert(all.end(), bytes.begin(), bytes.end());
    seeds.add("frame", "every-kind", all);
}

void addJournals(const Seeds& seeds) {
    const auto whole = Rank(1, 0).journal();
    const auto half = whole.size() / 2;
    Bytes one, torn, parts, other;
    fuzz::pack(one, 0, whole);
    fuzz::pack(one, 4, tally());
    seeds.add("journal", "one-part", one);
    fuzz::pack(torn, 0, std::span(whole).first(half));
    seeds.add("journal", "torn", torn);
    fuzz::pack(parts, 0, whole);
    fuzz::pack(parts, 1, whole);
    fuzz::pack(parts, 2, Bytes(300));
    seeds.add("journal", "three-parts", parts);
    fuzz::pack(other, 3, Rank(1, 1).journal());
    seeds.add("journal", "other-rank", other);
    fuzz::MemoryFiles files;
    files.content["plain"] = whole;
    Bytes compressed;
    const auto from = files.open("plain", Files::Mode::Read);
    const auto to = files.open("small", Files::Mode::Overwrite);
    if (!wire::compress(**from, **to, whole.size())) return;
    fuzz::pack(compressed, 5, files.content["small"]);
    fuzz::pack(compressed, 1, whole);
    seeds.add("journal", "compressed", compressed);
}

void addSeries(const Seeds& seeds) {
    SeriesTable table({"loss", "throughput"});
    for (int row = 0; row < 70; ++row) {
        const double x = row;
        const std::array<double, kAxisCount> axes{x, x * 8, x / 10, x / 2, x / 7200, x / 9e6};
        const std::array values{2.0 / (x + 1.0), row % 9 == 0 ? std::nan("") : 80.0 + x};
        table.append(axes, values);
    }
    const auto file = fuzz::scratchFolder() / "seed.wls";
    if (!table.save(file)) return;
    seeds.add("series", "seventy-rows", fuzz::readWhole(file));
    if (SeriesTable none({"loss"}); none.save(file))
        seeds.add("series", "no-rows", fuzz::readWhole(file));
}

RunSpec sampleSpec() {
    RunSpec spec;
    spec.id = kRun;
    spec.ranks = 2;
    spec.lbs = 8;
    spec.steps = 6;
    return completed(spec).value();
}

void addRequests(const Seeds& seeds) {
    const auto add = [&](const std::string& name, std::string_view method, std::string params) {
        seeds.add("control", "request-" + name, bytesOf("q" + encodeRequest(7, method, params)));
    };
    for (const auto* method : {"hello", "status", "shutdown", "nonsense"})
        add(method, method, "{}");
    add("snapshot", "snapshot", R"({"since":0})");
    add("series", "series", encodeSeriesParams({kRun, "loss", Axis::Time, 0.0, 9.5, 100}));
    add("preview", "preview", encodeSpecParams(sampleSpec()));
    add("launch", "launch", encodeSpecParams(sampleSpec()));
    for (const auto kind : {CommandKind::Hold, CommandKind::Stop, CommandKind::Evaluate})
        add(std::string(name(kind)), "command", encodeCommandParams(kRun, kind, "c-1"));
}

void addTexts(const Seeds& seeds) {
    const auto add = [&](const std::string& name, const std::string& text) {
        seeds.add("control", name, bytesOf(text));
    };
    add("answer-ok", R"(a{"id":7,"ok":true,"result":{"run":")" + std::string(kRun) + "\"}}");
    add("answer-no", R"(a{"id":7,"ok":false,"error":"there is no such run","code":3})");
    add("answer-series", R"(a{"id":7,"ok":true,"result":{"columns":1,"x_first":0,"x_last":1,)"
                         R"("points":1,"points_total":1}})" +
                             std::string(33, '\0'));
    RunSummary summary;
    summary.spec = sampleSpec();
    summary.events.push_back({1.5, 2, "held", "asked for"});
    summary.energy.emplace_back();
    summary.energy.back().device.id = "host:5f3c/cpu";
    const auto text = wire::toJson(summary);
    add("answer-snapshot",
        R"(a{"id":7,"ok":true,"result":{"revision":3,"removed":[],"runs":[)" + text + "]}}");
    add("summary", "u" + text);
    add("spec", "s" + wire::toJson(sampleSpec()));
    add("command", "c" + wire::toJson(wire::Command{"c-1", CommandKind::Hold}));
    HubLease lease;
    lease.host = "n1";
    lease.boot_id = "5f3c2a10";
    lease.ingest = "ipc:///run/i";
    lease.ingest_tcp = "tcp://10.0.0.1:4711";
    lease.pid = 4711;
    add("lease", "l" + toJson(lease));
    add("number", "n262143328850\n");
}

void addRunFolders(const Seeds& seeds) {
    const auto rank0 = Rank(1, 0).journal();
    const auto rank1 = Rank(1, 1).journal();
    Bytes finished, running, again;
    fuzz::pack(finished, 0, rank0);
    fuzz::pack(finished, 1, rank1);
    running = finished;
    fuzz::pack(finished, 4, bytesOf(wire::toJson(sampleSpec())));
    fuzz::pack(finished, 5, bytesOf(R"({"exit_code": 0, "signal": null, "rank": null})"));
    seeds.add("run_folder", "finished", finished);
    fuzz::pack(running, 3, tally());
    fuzz::pack(running, 6, bytesOf(R"({"boot_id": "5f3c", "pid": 4711, "start_ticks": 99})"));
    seeds.add("run_folder", "running", running);
    again = finished;
    fuzz::pack(again, 2, Rank(2, 0).journal());
    fuzz::pack(again, 5, bytesOf(R"({"exit_code": 1, "signal": 9, "rank": 1, "host": "n1"})"));
    RunSummary summary;
    summary.spec = sampleSpec();
    fuzz::pack(again, 7, bytesOf(wire::toJson(summary)));
    seeds.add("run_folder", "second-attempt", again);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
        return 2;
    }
    const Seeds seeds{fs::path(argv[1])};
    addFrames(seeds);
    addJournals(seeds);
    addSeries(seeds);
    addRequests(seeds);
    addTexts(seeds);
    addRunFolders(seeds);
    return 0;
}
