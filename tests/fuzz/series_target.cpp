// SPDX-License-Identifier: Apache-2.0
// The series reader: a folder series/ as a stranger might make it. The checksum of a state is made
// right here, since a fuzzer would hardly ever guess it; raw states and headers are read as well.
#include <algorithm>
#include <array>
#include <cmath>

#include "telemetry/store/archive.h"
#include "telemetry/store/series_store.h"
#include "telemetry/store/series_table.h"
#include "tests/fuzz/fuzz_support.h"

namespace wattline {
namespace {

using fuzz::require;

/// What an entry of the input is.
enum Entry : std::size_t {
    kPayload,    ///< of a state: one table, as ColumnTable::save() writes it
    kState,      ///< a whole state file
    kLevelFile,  ///< the start of a level's file
    kSlots,      ///< what the slots of the table's level files hold, again and again
    kEntries
};
constexpr std::uint32_t kStreams = 2;

void sayWhenRefused(const Result<void>& outcome) {
    require(outcome || !outcome.error().message.empty(),
            "what is refused is refused with a sentence");
}

/// Level files with the right header and any slots behind it.
void writeLevels(const std::filesystem::path& folder, const TableShape& shape,
                 const std::vector<std::byte>& pattern) {
    for (int level = 0; level < 3; ++level) {
        const auto header = encodeSeriesHeader(shape, level);
        const auto bytes = std::as_bytes(std::span(header));
        std::vector<std::byte> file(bytes.begin(), bytes.end());
        const auto slots = 2 * kStreams * SlotLayout(shape, level).bytes();
        file.reserve(file.size() + slots);
        for (std::size_t i = 0; i < slots; ++i)
            file.push_back(pattern[i % pattern.size()]);
        fuzz::writeWhole(folder / seriesFileName(shape, level), file);
    }
}

void checkQuery(const SeriesTable& table, const SeriesQuery& query, std::uint32_t stream) {
    const auto out = table.query(0, query, stream);
    if (!out) return require(!out.error().message.empty(), "a query is refused with a sentence");
    const auto points = out->x.size();
    require(out->min.size() == points && out->max.size() == points && out->mean.size() == points,
            "the four columns of an answer have one length");
    require(points <= static_cast<std::size_t>(query.columns), "no more columns than pixels");
}

void checkTable(const std::filesystem::path& folder, std::string_view payload) {
    SeriesTable table({folder, false}, "loss", {"loss"}, kStreams);
    ArchiveReader archive(payload);
    table.table().load(archive);
    if (archive.failed()) return;
    sayWhenRefused(table.table().checkSlots());
    for (std::uint32_t stream = 0; stream < kStreams; ++stream) {
        require(table.rows(stream) >= 0, "a table has no negative number of rows");
        for (const auto axis : {Axis::Step, Axis::Time, Axis::Kwh})
            for (const auto to : {0.0, 12.5, std::numeric_limits<double>::max()}) {
                SeriesQuery query;
                query.axis = axis;
                query.columns = 7;
                query.to = to;
                checkQuery(table, query, stream);
            }
    }
    // Going on from it must not break it further.
    for (int row = 0; row < 20; ++row) {
        const std::array axes{1e9 + row, 1e9 + row, 1e9 + row, 1e9 + row, 1e9 + row, 1e9 + row};
        table.append(axes, std::array{1.0 * row});
    }
    sayWhenRefused(table.table().status());
}

}  // namespace
}  // namespace wattline

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wattline;
    auto files = fuzz::unpack(fuzz::bytesOf(data, size), kEntries);
    const auto folder = fuzz::scratchFolder() / "series";
    const TableShape shape = SeriesTable({}, "loss", {"loss"}, kStreams).table().shape();
    if (!files[kSlots].empty())
        writeLevels(folder, shape, files[kSlots]);
    else
        std::filesystem::remove_all(folder);
    checkTable(folder, fuzz::textOf(files[kPayload]));
    if (const auto state = parseSeriesState(fuzz::textOf(files[kState]), "state.wls"))
        checkTable(folder, *state);
    const auto head = fuzz::textOf(files[kLevelFile]);
    if (const auto header = parseSeriesHeader(head, "loss.0.wls"))
        fuzz::require(checkSeriesHeader(encodeSeriesHeader(header->shape, header->level),
                                        header->shape, header->level, "loss.0.wls")
                          .has_value(),
                      "a header that was read can be written and read again");
    return 0;
}
