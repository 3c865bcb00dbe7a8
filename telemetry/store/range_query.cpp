// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/range_query.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Nodes a pixel, at least: fewer shift what is drawn, more cost time.
constexpr double kNodesPerPixel = 1.5;
/// So many nodes cost next to nothing: with few pixels, each is made of more of them.
constexpr double kCheapNodes = 2048.0;

struct Pixel {
    double x_first = 0.0, x_last = 0.0;
    double min = 0.0, max = 0.0, sum = 0.0;
    std::int64_t count = 0;
};

struct Node {
    int level = 0;
    std::int64_t index = 0;
    double x = 0.0;
    double min = 0.0, max = 0.0, sum = 0.0;
    std::int64_t count = 0;
};

Node nodeOf(const NodeBlock& block, std::size_t i, double x) {
    const auto index = block.first + static_cast<std::int64_t>(i);
    if (block.level == 0)
        return {0,
                index,
                x,
                block.min[i],
                block.min[i],
                block.min[i],
                std::isnan(block.min[i]) ? 0 : 1};
    return {block.level, index, x, block.min[i], block.max[i], block.sum[i], block.count(i)};
}

/// Walks over rows by the coarsest nodes that fit and gathers what falls into one pixel.
class PixelFold {
public:
    PixelFold(const ColumnTable& table, StreamAxis where, std::size_t value, const PixelGrid& grid,
              const AxisMap* map, SeriesColumns& out)
        : m_table(table), m_where(where), m_value(value), m_grid(grid), m_map(map), m_out(out),
          m_scale(grid.to > grid.from ? grid.columns / (grid.to - grid.from) : 0.0) {}

    Result<void> run(RowRange rows) {
        const auto count = static_cast<double>(rows.last - rows.first);
        m_row_by_row = rows.last - rows.first <= m_grid.columns;
        int level = 0;
        for (double each = count; level + 1 < m_table.shape().levels; ++level) {
            each /= static_cast<double>(kLevelFactor);
            if (each < std::max(kCheapNodes, kNodesPerPixel * m_grid.columns)) break;
        }
        if (auto ok = walk(rows.first, rows.last, level); !ok) return ok;
        if (auto ok = place(m_grid.to); !ok) return ok;
        emit();
        return {};
    }

private:
    /// The edges that do not make a whole node are walked one level lower.
    Result<void> walk(std::int64_t first, std::int64_t last, int level) {
        if (first >= last) return {};
        const auto span = std::int64_t{1} << (3 * level);
        const auto from = (first + span - 1) / span;
        const auto to = last / span;
        if (level > 0 && from >= to) return walk(first, last, level - 1);
        if (level > 0)
            if (auto ok = walk(first, from * span, level - 1); !ok) return ok;
        if (auto ok = readNodes(from, to, level); !ok) return ok;
        return level > 0 ? walk(to * span, last, level - 1) : Result<void>();
    }

    Result<void> readNodes(std::int64_t first, std::int64_t last, int level) {
        while (first < last) {
            const auto block =
                m_table.readNodes(m_where.stream, {m_where.axis, m_value}, level, first, last);
            if (!block) return tl::unexpected(block.error());
            if (auto ok = take(*block); !ok) return ok;
            first += static_cast<std::int64_t>(block->size);
        }
        return {};
    }

    Result<void> take(const NodeBlock& block) {
        for (std::size_t i = 0; i < block.size; ++i) {
            const double place_of_row = block.x[i];
            if (!(place_of_row >= m_last_x)) return damaged();
            m_last_x = place_of_row;
            if (m_map != nullptr && !m_map->covers(place_of_row)) continue;
            const double x = m_map != nullptr ? (*m_map)(place_of_row) : place_of_row;
            if (m_waiting)
                if (auto ok = place(x); !ok) return ok;
            m_waiting = nodeOf(block, i, x);
        }
        return {};
    }

    /// Puts the node that waits into its pixel, now that it is known where the next one starts. A
    /// node that reaches over a whole pixel is taken apart first, so that what it holds is drawn
    /// where it is.
    Result<void> place(double next_x) {
        while (m_waiting) {
            const Node node = *m_waiting;
            m_waiting.reset();
            const int column = columnOf(node.x);
            if (node.level > 0 && columnOf(next_x) > column + 1) {
                const auto child = node.index * kLevelFactor;
                m_last_x = -std::numeric_limits<double>::infinity();
                auto read = readNodes(child, child + kLevelFactor, node.level - 1);
                if (!read) return read;
                continue;
            }
            add(node, column);
        }
        return {};
    }

    void add(const Node& node, int column) {
        if (m_row_by_row || column != m_column) emit();
        if (m_column < 0) m_pixel = {node.x, node.x, kNaN, kNaN, 0.0, 0};
        m_column = column;
        m_pixel.x_last = node.x;
        if (node.count == 0) return;
        m_pixel.min = m_pixel.count == 0 ? node.min : std::min(m_pixel.min, node.min);
        m_pixel.max = m_pixel.count == 0 ? node.max : std::max(m_pixel.max, node.max);
        m_pixel.sum += node.sum;
        m_pixel.count += node.count;
    }

    void emit() {
        if (m_column < 0) return;
        const auto& p = m_pixel;
        m_out.x.push_back(p.x_first + (p.x_last - p.x_first) / 2);
        m_out.min.push_back(p.min);
        m_out.max.push_back(p.max);
        m_out.mean.push_back(p.count == 0 ? kNaN : p.sum / static_cast<double>(p.count));
        m_out.points += p.count;
        m_column = -1;
    }

    /// Never decreases with x, so that a column's rows are neighbours.
    [[nodiscard]] int columnOf(double x) const noexcept {
        const double place_in_grid = (x - m_grid.from) * m_scale;
        if (!(place_in_grid > 0.0)) return 0;
        return static_cast<int>(std::min(place_in_grid, m_grid.columns - 1.0));
    }

    static tl::unexpected<Error> damaged() {
        return fail(ExitCode::Integrity,
                    "a series is damaged: its axis goes back; make it again with "
                    "'wattline rebuild'");
    }

    const ColumnTable& m_table;
    StreamAxis m_where;
    std::size_t m_value;
    PixelGrid m_grid;
    const AxisMap* m_map;
    SeriesColumns& m_out;
    double m_scale;
    bool m_row_by_row = false;
    double m_last_x = -std::numeric_limits<double>::infinity();
    std::optional<Node> m_waiting;
    int m_column = -1;  ///< of m_pixel; -1: empty
    Pixel m_pixel;
};

}  // namespace

double AxisMap::operator()(double x) const noexcept {
    auto i = m_right;
    constexpr int kNear = 8;
    for (int step = 0; step < kNear && i < from.size() && from[i] <= x; ++step)
        ++i;
    if (i >= from.size() || from[i] <= x || from[i - 1] > x)
        i = static_cast<std::size_t>(std::ranges::upper_bound(from, x) - from.begin());
    m_right = std::max<std::size_t>(i, 1);
    if (i == 0) return to.front();
    if (i == from.size()) return to.back();
    const double share = (x - from[i - 1]) / (from[i] - from[i - 1]);
    return to[i - 1] + share * (to[i] - to[i - 1]);
}

Result<std::int64_t> findRow(const ColumnTable& table, StreamAxis where, double x, bool after) {
    const auto rows = table.rows(where.stream);
    int level = 0;
    while (level + 1 < table.shape().levels && table.nodes(where.stream, level + 1) > 0)
        ++level;
    std::int64_t first = 0, last = table.nodes(where.stream, level);
    std::array<double, 2 * kLevelFactor> places{};
    for (;; --level) {
        const std::span found(places.data(), static_cast<std::size_t>(last - first));
        auto read = table.readAxis(where.stream, where.axis, level, first, found);
        if (!read) return tl::unexpected(read.error());
        // Both comparisons are false for a row without a place: it comes before.
        const auto before = std::ranges::partition_point(
            found, [&](double place) { return after ? !(place > x) : !(place >= x); });
        const auto passed = first + (before - found.begin());
        if (level == 0 || passed == 0) return std::min(passed, rows);
        // In the last node passed, or, when that is the last one, in the rows behind it.
        const auto below = table.nodes(where.stream, level - 1);
        first = (passed - 1) * kLevelFactor;
        last = passed == last ? std::min(below, first + 2 * kLevelFactor)
                              : std::min(below, first + kLevelFactor);
    }
}

Result<QueryRange> rangeOf(const ColumnTable& table, StreamAxis where, const SeriesQuery& query) {
    QueryRange range;
    range.grid.columns = std::max(1, query.columns);
    const auto known = table.firstKnown(where.stream, where.axis);
    const auto rows = table.rows(where.stream);
    if (known >= rows) return range;
    const bool whole = !(query.from < query.to) || !std::isfinite(query.to - query.from);
    if (whole) {
        double first = 0.0;
        auto read = table.readAxis(where.stream, where.axis, 0, known, {&first, 1});
        if (!read) return tl::unexpected(read.error());
        range.grid.from = first;
        range.grid.to = table.lastOf(where.stream, where.axis);
        range.rows = {known, rows};
        return range;
    }
    range.grid.from = query.from;
    range.grid.to = query.to;
    const auto first = findRow(table, where, query.from, false);
    if (!first) return tl::unexpected(first.error());
    const auto last = findRow(table, where, query.to, true);
    if (!last) return tl::unexpected(last.error());
    range.rows = {std::max(*first, known), std::max(*last, known)};
    return range;
}

Result<void> foldRows(const ColumnTable& table, StreamAxis where, std::size_t value, RowRange rows,
                      const PixelGrid& grid, const AxisMap* map, SeriesColumns& out) {
    return PixelFold(table, where, value, grid, map, out).run(rows);
}

Result<SeriesColumns> queryColumn(const ColumnTable& table, StreamAxis where, std::size_t value,
                                  const SeriesQuery& query) {
    SeriesColumns out;
    const auto known = table.firstKnown(where.stream, where.axis);
    if (value >= table.shape().values.size() || known >= table.rows(where.stream)) return out;
    const auto range = rangeOf(table, where, query);
    if (!range) return tl::unexpected(range.error());
    auto first = table.readAxis(where.stream, where.axis, 0, known, {&out.x_first, 1});
    if (!first) return tl::unexpected(first.error());
    out.x_last = table.lastOf(where.stream, where.axis);
    out.points_total = table.values(where.stream, value);
    if (auto ok = foldRows(table, where, value, range->rows, range->grid, nullptr, out); !ok)
        return tl::unexpected(ok.error());
    return out;
}

}  // namespace wattline
