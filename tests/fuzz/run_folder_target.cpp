// SPDX-License-Identifier: Apache-2.0
// A whole run folder from a stranger: specification, job and exit records, journals of two ranks
// and what a hub left under series/. Everything that reads one must come to an end with figures
// that make sense, or with a sentence.
#include <array>
#include <cmath>

#include "telemetry/runs/run_history.h"
#include "telemetry/wire/messages.h"
#include "tests/fuzz/fuzz_support.h"
#include "tests/fuzz/memory_files.h"
#include "tests/support/fake_clock.h"

namespace wattline {
namespace {

using fuzz::require;

constexpr const char* kRun = "20261121-104512-7f3a";
constexpr std::array kFiles = {"journal/a0001-r00000-0000.wlj",
                               "journal/a0001-r00001-0000.wlj",
                               "journal/a0002-r00000-0000.wlj",
                               "journal/a0001-r00000.tally",
                               "run.json",
                               "exit.json",
                               "job.json",
                               "series/summary.json"};
constexpr std::size_t kSpec = 4;

void lay(const RunFolder& folder, const std::map<std::size_t, std::vector<std::byte>>& given,
         fuzz::MemoryFiles& files) {
    RunSpec spec;
    spec.id = kRun;
    spec.lbs = 8;
    spec.ranks = 2;
    // Without one of its own: most of what can go wrong comes behind it.
    const auto usual = wire::toJson(*completed(spec));
    const auto bytes = std::as_bytes(std::span(usual));
    files.content[folder.path / kFiles[kSpec]] = {bytes.begin(), bytes.end()};
    for (const auto& [i, content] : given)
        files.content[folder.path / kFiles[i]] = content;
}

bool isCount(std::int64_t number) {
    return number >= 0;
}

void checkSummary(const RunSummary& run) {
    require(isCount(run.records_stored) && isCount(run.records_expected) &&
                isCount(run.records_lost),
            "records are counted from 0");
    require(run.records_lost == run.records_expected - run.records_stored,
            "lost is expected less stored");
    require(!(run.wall_s < 0.0) && !(run.held_s < 0.0) && !(run.gpu_hours < 0.0),
            "time does not run backwards");
    const auto text = wire::toJson(run);
    const auto again = wire::parseRunSummary(text);
    require(again && wire::toJson(*again) == text, "a summary can be written and read again");
}

void checkSeries(RunHistory& history) {
    for (const auto& name : history.seriesNames())
        for (const auto axis : {Axis::Step, Axis::Time, Axis::Kwh}) {
            SeriesQuery query;
            query.series = name;
            query.axis = axis;
            query.columns = 5;
            const auto found = history.query(query);
            require(found && found->x.size() <= 5, "a series that is named can be asked for");
            for (std::size_t i = 0; i < found->x.size(); ++i)
                require(!(found->min[i] > found->max[i]), "a minimum is not above its maximum");
        }
}

}  // namespace
}  // namespace wattline

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline;
    const RunFolder folder{std::filesystem::path("/nowhere/runs") / kRun};
    fuzz::MemoryFiles files;
    lay(folder, fuzz::unpack(fuzz::bytesOf(data, size), kFiles.size()), files);
    test::FakeClock clock;
    auto history = RunHistory::open(folder, clock, files);
    if (!history) {
        fuzz::require(!history.error().message.empty(), "a folder is refused with a sentence");
        return 0;
    }
    checkSummary((*history)->summary());
    checkSeries(**history);
    if (const auto report = verifyRun(folder, clock, files))
        fuzz::require(report->records_lost >= 0 && report->records_stored >= 0,
                      "verify counts from 0");
    return 0;
}
