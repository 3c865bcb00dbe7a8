// SPDX-License-Identifier: Apache-2.0
#include "telemetry/runs/rank_series.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "telemetry/core/units.h"
#include "telemetry/store/archive.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kPrefix = "rank/";
constexpr std::size_t kStep = 0, kEnd = 1, kAxes = 2, kValues = 9;
constexpr std::uint64_t kAtOnce = 64;   ///< records that are turned into columns together
constexpr std::int64_t kMapPoints = 4;  ///< points of an axis map a pixel

TableShape shapeOf(std::uint32_t attempt, std::uint32_t ranks) {
    return {"ranks-" + std::to_string(attempt), {"step", "end"}, RankSeries::columns(), ranks};
}

double seconds(std::int64_t ns) noexcept {
    return ns == kAbsentNs ? kNaN : static_cast<double>(ns) / kNanosPerSecond;
}

/// Records as the table's columns.
struct Columns {
    std::array<std::array<double, kAtOnce>, kAxes> axes;
    std::array<std::array<double, kAtOnce>, kValues> values;

    void put(std::size_t i, const StepRecord& record) noexcept {
        axes[kStep][i] = static_cast<double>(record.step);
        axes[kEnd][i] = static_cast<double>(record.end_ns) / kNanosPerSecond;
        values[0][i] = static_cast<double>(record.samples);
        values[1][i] = record.loss;
        values[2][i] = record.learning_rate;
        values[3][i] = seconds(record.duration_ns);
        for (std::size_t phase = 0; phase < kPhaseCount; ++phase)
            values[4 + phase][i] = seconds(record.phase_ns[phase]);
    }
};
static_assert(4 + kPhaseCount == kValues);

/// The run's own axis over its steps, as finely as the pixels need it. Answers the range of steps
/// that a query means, too.
struct RunAxis {
    AxisMap map;
    PixelGrid grid;
};

Result<RunAxis> readRunAxis(const SeriesTable& steps, const SeriesQuery& query) {
    RunAxis out;
    const auto axis = static_cast<std::size_t>(query.axis);
    const auto& table = steps.table();
    const auto range = rangeOf(table, {0, axis}, query);
    if (!range) return tl::unexpected(range.error());
    out.grid = range->grid;
    const auto [first, last] = range->rows;
    if (first >= last) return out;
    int level = 0;
    while (level + 1 < kLevels && (last - first) >> (3 * (level + 1)) >= kMapPoints * query.columns)
        ++level;
    const auto from = (first + (std::int64_t{1} << (3 * level)) - 1) >> (3 * level);
    const auto count =
        static_cast<std::size_t>(std::max<std::int64_t>(0, (last >> (3 * level)) - from));
    // The first row, the nodes between, and the last row.
    for (const auto& [which, to] :
         {std::pair{std::size_t{0}, &out.map.from}, {axis, &out.map.to}}) {
        to->resize(count + 2);
        auto read = table.readAxis(0, which, 0, first, std::span(*to).first(1));
        if (read) read = table.readAxis(0, which, level, from, std::span(*to).subspan(1, count));
        if (read) read = table.readAxis(0, which, 0, last - 1, std::span(*to).last(1));
        if (!read) return tl::unexpected(read.error());
    }
    return out;
}

}  // namespace

const std::vector<std::string>& RankSeries::columns() {
    static const std::vector<std::string> names{"samples",   "loss",          "learning_rate",
                                                "step_time", "data_wait",     "forward",
                                                "backward",  "communication", "optimizer"};
    return names;
}

void RankSeries::open(std::uint32_t attempt, std::uint32_t ranks) {
    if (!m_attempts.contains(attempt))
        m_attempts.emplace(attempt, ColumnTable(m_place, shapeOf(attempt, ranks)));
}

void RankSeries::append(const wire::FrameView& frame, std::uint64_t from) {
    const auto table = m_attempts.find(frame.envelope.attempt);
    const auto rank = frame.envelope.rank;
    if (table == m_attempts.end() || rank >= table->second.shape().streams) return;
    Columns columns;
    std::array<const double*, kAxes> axes{};
    std::array<const double*, kValues> values{};
    for (std::size_t i = 0; i < kAxes; ++i)
        axes[i] = columns.axes[i].data();
    for (std::size_t i = 0; i < kValues; ++i)
        values[i] = columns.values[i].data();
    while (from < frame.count) {
        const auto count = std::min<std::uint64_t>(kAtOnce, frame.count - from);
        for (std::size_t i = 0; i < count; ++i)
            columns.put(i, frame.step(from + i));
        table->second.append(rank, count, axes, values);
        from += count;
    }
}

std::optional<RankSeries::Name> RankSeries::parse(const std::string& series) const {
    if (!series.starts_with(kPrefix)) return std::nullopt;
    Name name;
    const char* end = series.data() + series.size();
    const auto number = std::from_chars(series.data() + kPrefix.size(), end, name.rank);
    if (number.ec != std::errc() || number.ptr == end || *number.ptr != '/') return std::nullopt;
    const auto column = std::ranges::find(columns(), std::string_view(number.ptr + 1, end));
    if (column == columns().end()) return std::nullopt;
    name.column = static_cast<std::size_t>(column - columns().begin());
    const bool known = std::ranges::any_of(
        m_attempts, [&](const auto& each) { return name.rank < each.second.shape().streams; });
    return known ? std::optional(name) : std::nullopt;
}

Result<std::vector<RankSeries::Part>> RankSeries::partsOf(std::uint32_t rank) const {
    std::vector<Part> parts;
    for (const auto& [attempt, table] : m_attempts) {
        const auto rows = table.rows(rank);
        if (rows == 0) continue;
        double first_step = 0.0;
        if (auto read = table.readAxis(rank, kStep, 0, 0, {&first_step, 1}); !read)
            return tl::unexpected(read.error());
        for (auto& earlier : parts) {
            const auto last = findRow(*earlier.table, {rank, kStep}, first_step, false);
            if (!last) return tl::unexpected(last.error());
            earlier.rows.last = std::min(earlier.rows.last, *last);
        }
        parts.push_back({&table, {0, rows}});
    }
    std::erase_if(parts, [](const Part& part) { return part.rows.first >= part.rows.last; });
    return parts;
}

Result<SeriesColumns> RankSeries::query(Name name, const SeriesQuery& query,
                                        const SeriesTable& steps) const {
    const auto parts = partsOf(name.rank);
    if (!parts) return tl::unexpected(parts.error());
    if (parts->empty()) return SeriesColumns{};
    return queryParts(*parts, name, query, steps);
}

Result<SeriesColumns> RankSeries::queryParts(const std::vector<Part>& parts, Name name,
                                             const SeriesQuery& query,
                                             const SeriesTable& steps) const {
    SeriesColumns out;
    double first_step = 0.0;
    if (auto read = parts.front().table->readAxis(name.rank, kStep, 0, parts.front().rows.first,
                                                  {&first_step, 1});
        !read)
        return tl::unexpected(read.error());
    const double last_step = parts.back().table->lastOf(name.rank, kStep);
    const bool by_step = query.axis == Axis::Step;
    const bool whole = !(query.from < query.to) || !std::isfinite(query.to - query.from);
    RunAxis axis;
    if (by_step) {
        axis.grid = {whole ? first_step : query.from, whole ? last_step : query.to,
                     std::max(1, query.columns)};
        out.x_first = first_step;
        out.x_last = last_step;
    } else {
        auto read = readRunAxis(steps, query);
        if (!read) return tl::unexpected(read.error());
        axis = std::move(*read);
        if (axis.map.from.empty()) return out;
        const auto known = steps.table().firstKnown(0, static_cast<std::size_t>(query.axis));
        out.x_first = steps.axis(known, query.axis);
        out.x_last = steps.table().lastOf(0, static_cast<std::size_t>(query.axis));
    }
    const double from = by_step ? axis.grid.from : axis.map.from.front();
    const double to = by_step ? axis.grid.to : axis.map.from.back();
    for (const auto& part : parts) {
        const auto first = findRow(*part.table, {name.rank, kStep}, from, false);
        const auto last = findRow(*part.table, {name.rank, kStep}, to, true);
        if (!first || !last) return tl::unexpected(first ? last.error() : first.error());
        const RowRange rows{std::max(*first, part.rows.first), std::min(*last, part.rows.last)};
        out.points_total += part.table->values(name.rank, name.column);
        if (auto ok = foldRows(*part.table, {name.rank, kStep}, name.column, rows, axis.grid,
                               by_step ? nullptr : &axis.map, out);
            !ok)
            return tl::unexpected(ok.error());
    }
    return out;
}

std::vector<const ColumnTable*> RankSeries::tables() const {
    std::vector<const ColumnTable*> out;
    for (const auto& [attempt, table] : m_attempts)
        out.push_back(&table);
    return out;
}

void RankSeries::save(ArchiveWriter& archive) const {
    std::map<std::uint32_t, std::uint32_t> attempts;
    for (const auto& [attempt, table] : m_attempts)
        attempts[attempt] = table.shape().streams;
    archive(attempts);
    for (const auto& [attempt, table] : m_attempts)
        table.save(archive);
}

void RankSeries::load(ArchiveReader& archive) {
    std::map<std::uint32_t, std::uint32_t> attempts;
    archive(attempts);
    for (const auto& [attempt, ranks] : attempts) {
        if (archive.failed() || ranks == 0 || ranks > wire::kMaxRanks) return archive.fail();
        open(attempt, ranks);
        m_attempts.at(attempt).load(archive);
    }
}

void RankSeries::release() noexcept {
    for (auto& [attempt, table] : m_attempts)
        table.release();
}

}  // namespace wattline
