// SPDX-License-Identifier: Apache-2.0
#include "telemetry/store/column_table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "telemetry/store/archive.h"
#include "telemetry/store/node_parts.h"
#include "telemetry/wire/crc32c.h"

namespace wattline {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::size_t index(std::int64_t number) noexcept {
    return static_cast<std::size_t>(number);
}

std::uint32_t checksum(std::span<const double> content) noexcept {
    return wire::crc32c(std::as_bytes(content));
}

}  // namespace

struct ColumnTable::Stream {
    std::int64_t rows = 0;
    std::vector<double> last;               ///< by axis; NaN: not known yet
    std::vector<std::int64_t> first_known;  ///< by axis
    std::vector<std::int64_t> values;       ///< by value column: rows that are no gap
    std::array<std::unique_ptr<double[]>, kLevels> open;
};

ColumnTable::ColumnTable(SeriesPlace place, TableShape shape)
    : m_shape(std::move(shape)), m_files(std::make_unique<SlotFiles>(std::move(place), m_shape)),
      m_streams(m_shape.streams) {
    for (int level = 0; level < kLevels; ++level)
        m_layouts.emplace_back(m_shape, level);
}
ColumnTable::~ColumnTable() = default;
ColumnTable::ColumnTable(ColumnTable&&) noexcept = default;
ColumnTable& ColumnTable::operator=(ColumnTable&&) noexcept = default;

ColumnTable::Stream& ColumnTable::opened(std::uint32_t stream) {
    assert(stream < m_streams.size());
    auto& out = m_streams[stream];
    if (out) return *out;
    out = std::make_unique<Stream>();
    out->last.assign(m_shape.axes.size(), kNaN);
    out->first_known.assign(m_shape.axes.size(), 0);
    out->values.assign(m_shape.values.size(), 0);
    return *out;
}

double* ColumnTable::open(Stream& stream, int level) {
    auto& slot = stream.open[index(level)];
    if (!slot) slot = std::make_unique<double[]>(m_layouts[index(level)].doubles());
    return slot.get();
}

void ColumnTable::append(std::uint32_t stream, std::size_t count,
                         std::span<const double* const> axes,
                         std::span<const double* const> values) {
    auto& s = opened(stream);
    const auto slot_rows = index(m_layouts[0].nodes());
    for (std::size_t done = 0; done < count;) {
        const auto place = index(s.rows) % slot_rows;
        const auto now = std::min(count - done, slot_rows - place);
        copyRows(s, done, now, axes, values);
        const auto group = s.rows / kLevelFactor;
        s.rows += static_cast<std::int64_t>(now);
        for (auto node = group; node < s.rows / kLevelFactor && m_shape.levels > 1; ++node) {
            makeNode(s, 1, node);
            finishSlot(stream, s, 1, node + 1);
        }
        finishSlot(stream, s, 0, s.rows);
        done += now;
    }
}

void ColumnTable::copyRows(Stream& stream, std::size_t from, std::size_t count,
                           std::span<const double* const> axes,
                           std::span<const double* const> values) {
    const auto& layout = m_layouts[0];
    double* slot = open(stream, 0);
    const auto place = index(stream.rows) % index(layout.nodes());
    for (std::size_t a = 0; a < m_shape.axes.size(); ++a) {
        double* to = slot + layout.axis(a) + place;
        double last = stream.last[a];
        for (std::size_t i = 0; i < count; ++i) {
            const double x = axes[a][from + i];
            // Unknown so far, or going back: both comparisons are false for NaN.
            if (std::isfinite(x) && !(x < last)) last = x;
            if (std::isnan(last)) ++stream.first_known[a];
            to[i] = last;
        }
        stream.last[a] = last;
    }
    for (std::size_t v = 0; v < m_shape.values.size(); ++v) {
        double* to = slot + layout.value(v) + place;
        std::int64_t known = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const double value = values[v][from + i];
            const bool there = std::isfinite(value);
            to[i] = there ? value : kNaN;
            known += there ? 1 : 0;
        }
        stream.values[v] += known;
    }
}

/// Makes a node of the eight below it, which lie side by side in one unfinished slot.
void ColumnTable::makeNode(Stream& stream, int level, std::int64_t node) {
    const auto& below = m_layouts[index(level - 1)];
    const auto& here = m_layouts[index(level)];
    double* from = stream.open[index(level - 1)].get();
    double* to = open(stream, level);
    const auto child = index(node * kLevelFactor % below.nodes());
    const auto place = index(node % here.nodes());
    for (std::size_t a = 0; a < m_shape.axes.size(); ++a)
        to[here.axis(a) + place] = from[below.axis(a) + child];
    for (std::size_t v = 0; v < m_shape.values.size(); ++v) {
        double* column = from + below.value(v);
        Parts(to + here.value(v), here.nodes())
            .put(place, level == 1 ? reduceRows(column + child)
                                   : reduceNodes(Parts(column, below.nodes()), child));
    }
}

/// `nodes` are complete: makes the node above, and writes the slot when it is full.
void ColumnTable::finishSlot(std::uint32_t index_of_stream, Stream& stream, int level,
                             std::int64_t nodes) {
    const auto& layout = m_layouts[index(level)];
    if (level > 0 && level + 1 < m_shape.levels && nodes % kLevelFactor == 0) {
        makeNode(stream, level + 1, nodes / kLevelFactor - 1);
        finishSlot(index_of_stream, stream, level + 1, nodes / kLevelFactor);
    }
    if (nodes % layout.nodes() != 0) return;
    const std::span slot(stream.open[index(level)].get(), layout.doubles());
    const std::uint32_t trailer[2]{checksum(slot.first(slot.size() - 1)), index_of_stream + 1};
    std::memcpy(&slot.back(), trailer, sizeof trailer);
    const auto written = m_files->write(layout, nodes / layout.nodes() - 1, index_of_stream, slot);
    if (!written && m_status) m_status = written;
}

std::int64_t ColumnTable::rows(std::uint32_t stream) const noexcept {
    return stream < m_streams.size() && m_streams[stream] ? m_streams[stream]->rows : 0;
}

std::int64_t ColumnTable::allRows() const noexcept {
    std::int64_t sum = 0;
    for (const auto& each : m_streams)
        sum += each ? each->rows : 0;
    return sum;
}

std::int64_t ColumnTable::values(std::uint32_t stream, std::size_t value) const noexcept {
    return rows(stream) == 0 ? 0 : m_streams[stream]->values[value];
}

std::int64_t ColumnTable::firstKnown(std::uint32_t stream, std::size_t axis) const noexcept {
    return rows(stream) == 0 ? 0 : m_streams[stream]->first_known[axis];
}

double ColumnTable::lastOf(std::uint32_t stream, std::size_t axis) const noexcept {
    return rows(stream) == 0 ? kNaN : m_streams[stream]->last[axis];
}

Result<void> ColumnTable::status() const {
    return m_status;
}

std::size_t ColumnTable::bytesHeld() const noexcept {
    std::size_t sum = 0;
    for (const auto& stream : m_streams)
        for (std::size_t level = 0; level < kLevels; ++level)
            if (stream && stream->open[level]) sum += m_layouts[level].bytes();
    for (std::size_t level = 0; level < kLevels; ++level)
        sum += (m_x[level].capacity() + m_values[level].capacity()) * sizeof(double);
    return sum;
}

/// `count` doubles from `first` on of a slot: in memory when it is unfinished.
Result<const double*> ColumnTable::fetch(std::uint32_t stream, int level, std::int64_t slot,
                                         std::size_t first, std::size_t count,
                                         std::vector<double>& scratch) const {
    const auto& layout = m_layouts[index(level)];
    if (slot == nodes(stream, level) / layout.nodes()) {
        const auto& open = m_streams[stream]->open[index(level)];
        if (!open) return fail(ExitCode::Integrity, "a series has no unfinished slot");
        return open.get() + first;
    }
    if (scratch.size() < count) scratch.resize(count);
    const std::span out(scratch.data(), count);
    if (auto read = m_files->read(layout, slot, stream, first, out); !read)
        return tl::unexpected(read.error());
    return scratch.data();
}

Result<void> ColumnTable::readAxis(std::uint32_t stream, std::size_t axis, int level,
                                   std::int64_t first, std::span<double> out) const {
    const auto& layout = m_layouts[index(level)];
    for (std::size_t done = 0; done < out.size();) {
        const auto node = first + static_cast<std::int64_t>(done);
        const auto place = index(node % layout.nodes());
        const auto now = std::min(out.size() - done, index(layout.nodes()) - place);
        const auto at = fetch(stream, level, node / layout.nodes(), layout.axis(axis) + place, now,
                              m_x[index(level)]);
        if (!at) return tl::unexpected(at.error());
        std::copy_n(*at, now, out.begin() + static_cast<std::ptrdiff_t>(done));
        done += now;
    }
    return {};
}

Result<void> ColumnTable::readRows(std::uint32_t stream, std::size_t value, std::int64_t first,
                                   std::span<double> out) const {
    const auto& layout = m_layouts[0];
    for (std::size_t done = 0; done < out.size();) {
        const auto row = first + static_cast<std::int64_t>(done);
        const auto place = index(row % layout.nodes());
        const auto now = std::min(out.size() - done, index(layout.nodes()) - place);
        const auto at =
            fetch(stream, 0, row / layout.nodes(), layout.value(value) + place, now, m_values[0]);
        if (!at) return tl::unexpected(at.error());
        std::copy_n(*at, now, out.begin() + static_cast<std::ptrdiff_t>(done));
        done += now;
    }
    return {};
}

Result<NodeBlock> ColumnTable::readNodes(std::uint32_t stream, Columns columns, int level,
                                         std::int64_t first, std::int64_t last) const {
    const auto& layout = m_layouts[index(level)];
    const auto slot = first / layout.nodes();
    const auto place = index(first % layout.nodes());
    NodeBlock block;
    block.level = level;
    block.first = first;
    block.size = index(std::min(last, (slot + 1) * layout.nodes()) - first);
    const auto x = fetch(stream, level, slot, layout.axis(columns.axis) + place, block.size,
                         m_x[index(level)]);
    if (!x) return tl::unexpected(x.error());
    block.x = *x;
    // From the first number wanted to the last: above level 0 that spans the column's four parts.
    const auto nodes = index(layout.nodes());
    const auto skipped = level == 0 ? 0 : 3 * nodes + place / 2 - place;
    const auto count = level == 0 ? block.size : skipped + (place % 2 + block.size + 1) / 2;
    const auto values = fetch(stream, level, slot, layout.value(columns.value) + place, count,
                              m_values[index(level)]);
    if (!values) return tl::unexpected(values.error());
    block.min = block.max = block.sum = *values;
    if (level == 0) return block;
    block.max = *values + nodes;
    block.sum = *values + 2 * nodes;
    block.counts =
        reinterpret_cast<const std::byte*>(*values + skipped) + place % 2 * sizeof(float);
    return block;
}

Result<void> ColumnTable::checkSlots() const {
    std::vector<double> content;
    for (int level = 0; level < m_shape.levels; ++level)
        for (std::uint32_t stream = 0; stream < m_shape.streams; ++stream) {
            const auto& layout = m_layouts[index(level)];
            content.resize(layout.doubles());
            for (std::int64_t slot = 0; slot < nodes(stream, level) / layout.nodes(); ++slot) {
                if (auto read = m_files->read(layout, slot, stream, 0, content); !read) return read;
                std::uint32_t trailer[2]{};
                std::memcpy(trailer, &content.back(), sizeof trailer);
                if (trailer[1] != stream + 1 ||
                    trailer[0] != checksum(std::span(content).first(content.size() - 1)))
                    return fail(ExitCode::Integrity,
                                m_files->path(level).string() +
                                    " is damaged; make the series again with 'wattline rebuild'");
            }
        }
    return {};
}

namespace {

/// Calls `part(first, doubles)` for each stretch of a slot that its first `used` nodes take.
template <typename Part>
void forUsedParts(const SlotLayout& layout, const TableShape& shape, std::size_t used,
                  const Part& part) {
    if (used == 0) return;
    const auto nodes = index(layout.nodes());
    for (std::size_t a = 0; a < shape.axes.size(); ++a)
        part(layout.axis(a), used);
    for (std::size_t v = 0; v < shape.values.size(); ++v) {
        part(layout.value(v), used);
        if (layout.level() == 0) continue;
        part(layout.value(v) + nodes, used);
        part(layout.value(v) + 2 * nodes, used);
        part(layout.value(v) + 3 * nodes, (used + 1) / 2);
    }
}

}  // namespace

void ColumnTable::save(ArchiveWriter& archive) const {
    for (const auto& each : m_streams) {
        archive(each ? each->rows : std::int64_t{0});
        if (!each || each->rows == 0) continue;
        const auto& stream = *each;
        archive(stream.last, stream.first_known, stream.values);
        for (std::size_t level = 0; level < index(m_shape.levels); ++level) {
            const auto used = (stream.rows >> (3 * level)) % m_layouts[level].nodes();
            forUsedParts(m_layouts[level], m_shape, index(used), [&](auto first, auto count) {
                archive.raw({stream.open[level].get() + first, count});
            });
        }
    }
}

void ColumnTable::load(ArchiveReader& archive) {
    std::vector<std::int64_t> kept;
    for (std::uint32_t i = 0; i < m_streams.size() && !archive.failed(); ++i) {
        std::int64_t rows = 0;
        archive(rows);
        kept.push_back(rows);
        if (rows == 0) continue;
        auto& stream = opened(i);
        stream.rows = rows;
        archive(stream.last, stream.first_known, stream.values);
        if (stream.rows < 0 || stream.rows > (std::int64_t{1} << 53) ||
            stream.last.size() != m_shape.axes.size() ||
            stream.first_known.size() != m_shape.axes.size() ||
            stream.values.size() != m_shape.values.size())
            return archive.fail();
        for (const auto row : stream.first_known)
            if (row < 0 || row > stream.rows) return archive.fail();
        for (int level = 0; level < m_shape.levels; ++level) {
            const auto used = (stream.rows >> (3 * level)) % m_layouts[index(level)].nodes();
            if (archive.failed() || used == 0) continue;
            double* slot = open(stream, level);
            forUsedParts(m_layouts[index(level)], m_shape, index(used),
                         [&](auto first, auto count) {
                             archive.raw({slot + first, count});
                         });
        }
    }
    m_files->keep(std::move(kept));
}

}  // namespace wattline
