// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/store_data.h"

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <stdexcept>

#include "telemetry/wire/journal.h"
#include "telemetry/wire/messages.h"
#include "tests/support/temporary_folder.h"

namespace wattline::bench {
namespace {

namespace fs = std::filesystem;
constexpr const char* kRun = "20261121-104512-7f3a";
constexpr std::int64_t kMillion = 1'000'000;

template <typename T> T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}
void must(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

std::vector<std::byte> helloFrame(std::uint32_t rank) {
    wire::Hello hello;
    hello.run = kRun;
    hello.rank = rank;
    hello.world_size = kRanks;
    hello.host = "bench";
    hello.boot_id = "bench";
    hello.started_mono_ns = 1;
    hello.started_unix_ns = kMillion;
    std::vector<std::byte> frame;
    wire::appendJson(frame, wire::Kind::Hello, {kRun, 1, rank, 1}, wire::toJson(hello));
    return frame;
}

/// One frame's records; steps of all ranks go side by side.
std::vector<StepRecord> recordsOf(RecordSource& source, std::uint32_t rank, std::uint64_t step) {
    std::vector<StepRecord> records;
    for (std::uint64_t i = 0; i < kFrameRecords; ++i)
        records.push_back(source.step(rank, step + i));
    return records;
}

std::uint64_t stepsOf(std::int64_t records) {
    const auto frames = (records + kRanks * kFrameRecords - 1) / (kRanks * kFrameRecords);
    return static_cast<std::uint64_t>(frames) * kFrameRecords;
}

void writeJournals(const RunFolder& folder, std::int64_t records) {
    std::vector<std::unique_ptr<wire::JournalWriter>> journals;
    for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
        journals.push_back(must(wire::JournalWriter::open(folder.journal(), 1, rank)));
        must(journals.back()->append(helloFrame(rank)));
    }
    RecordSource source;
    std::vector<std::byte> frame;
    for (std::uint64_t step = 1; step <= stepsOf(records); step += kFrameRecords)
        for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
            frame.clear();
            wire::appendSteps(frame, {kRun, 1, rank, step + 1}, recordsOf(source, rank, step));
            must(journals[rank]->append(frame));
        }
    for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
        wire::Event ended;
        ended.mono_ns = static_cast<std::int64_t>(stepsOf(records)) * 100 * kMillion;
        ended.kind = "ended";
        ended.outcome = "finished";
        frame.clear();
        wire::appendJson(frame, wire::Kind::Event, {kRun, 1, rank, stepsOf(records) + 2},
                         wire::toJson(ended));
        must(journals[rank]->append(frame));
    }
}

/// The same numbers again and again in other places: making 100 M new ones would take longer than
/// storing them.
void ingestMany(RunHistory& history, std::int64_t records) {
    RecordSource source;
    std::vector<std::vector<StepRecord>> blocks;
    for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
        history.ingest(wire::decode(helloFrame(rank)).value());
        for (int i = 0; i < 64; ++i)
            blocks.push_back(recordsOf(source, rank, 1));
    }
    wire::FrameView view;
    view.kind = wire::Kind::Steps;
    view.count = kFrameRecords;
    view.record_size = sizeof(StepRecord);
    for (std::uint64_t step = 1; step <= stepsOf(records); step += kFrameRecords) {
        for (std::uint32_t rank = 0; rank < kRanks; ++rank) {
            auto& block = blocks[rank * 64 + step / kFrameRecords % 64];
            for (std::uint64_t i = 0; i < kFrameRecords; ++i) {
                block[i].step = step + i;
                block[i].end_ns = static_cast<std::int64_t>(step + i) * 100 * kMillion + rank;
            }
            view.envelope = {kRun, 1, rank, step + 1};
            view.payload = std::as_bytes(std::span(block));
            history.ingest(view);
        }
        if (step % 4096 == 1) (void)history.summary();
    }
}

fs::path dataRoot() {
    if (const char* given = std::getenv("WATTLINE_BENCH_DATA"); given != nullptr && *given != '\0')
        return given;
    static const test::TemporaryFolder folder;
    return folder.path();
}

BenchRun makeRun(std::int64_t records, Keep keep) {
    const auto name = std::to_string(records / kMillion) + "M";
    BenchRun run{dataRoot() / name, {}};
    run.folder = RunFolder{run.home / "runs" / kRun};
    const auto done = run.home / "done";
    if (fs::exists(done)) return run;
    std::cerr << "making a run of " << name << " records in " << run.home << " ...\n";
    fs::remove_all(run.home);
    fs::create_directories(run.folder.journal());
    for (const auto& folder : {run.home, run.home / "runs"})
        fs::permissions(folder, fs::perms::owner_all);
    must(writeFileAtomically(run.folder.spec(), wire::toJson(benchSpec())));
    if (keep == Keep::Everything) {
        writeJournals(run.folder, records);
        must(must(RunHistory::open(run.folder))->saveSeries());
    } else {
        RunHistory history(run.folder, benchSpec());
        ingestMany(history, records);
        must(history.saveSeries());
    }
    must(writeFileAtomically(done, "\n"));
    return run;
}

}  // namespace

RunSpec benchSpec() {
    RunSpec spec;
    spec.id = kRun;
    spec.ranks = static_cast<int>(kRanks);
    spec.lbs = 32;
    spec.gbs = 32 * static_cast<int>(kRanks);
    spec.created_unix_ns = systemClock().realtimeNs();
    return spec;
}

std::vector<std::vector<std::byte>> makeFrames(const RunSpec& spec, std::int64_t records) {
    std::vector<std::vector<std::byte>> frames;
    for (std::uint32_t rank = 0; rank < kRanks; ++rank)
        frames.push_back(helloFrame(rank));
    RecordSource source;
    for (std::uint64_t step = 1; step <= stepsOf(records); step += kFrameRecords)
        for (std::uint32_t rank = 0; rank < kRanks; ++rank)
            wire::appendSteps(frames.emplace_back(), {spec.id, 1, rank, step + 1},
                              recordsOf(source, rank, step));
    return frames;
}

const BenchRun& benchRun(std::int64_t records, Keep keep) {
    static std::map<std::int64_t, BenchRun> runs;
    const auto known = runs.find(records);
    if (known != runs.end()) return known->second;
    return runs.emplace(records, makeRun(records, keep)).first->second;
}

RunHistory& benchHistory(std::int64_t records, Keep keep) {
    static std::map<std::int64_t, std::unique_ptr<RunHistory>> open;
    auto& history = open[records];
    if (!history) history = must(RunHistory::open(benchRun(records, keep).folder));
    return *history;
}

}  // namespace wattline::bench
