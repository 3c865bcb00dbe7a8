// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/store/slot_files.h"
#include "telemetry/store/table_shape.h"

namespace wattline {

class ArchiveReader;
class ArchiveWriter;

/// Neighbouring nodes of one level and one stream, through one axis and one value column. At level
/// 0 a node is a row: min, max and sum are the same numbers, NaN is a gap, and there are no counts.
/// Valid until the next read of the same level.
struct NodeBlock {
    int level = 0;
    std::int64_t first = 0;  ///< index of the first node
    std::size_t size = 0;
    const double* x = nullptr;  ///< place of the node's first row on the axis
    const double* min = nullptr;
    const double* max = nullptr;
    const double* sum = nullptr;
    const std::byte* counts = nullptr;  ///< u32 each, not aligned for it

    /// Values in a node above level 0; 0: nothing but gaps.
    [[nodiscard]] std::uint32_t count(std::size_t i) const noexcept {
        std::uint32_t out = 0;
        std::memcpy(&out, counts + i * sizeof out, sizeof out);
        return out;
    }
};

/// An append-only table on disk (table_shape.h) with a bounded part in memory: per stream and level
/// the slot that is not full yet. Memory does not depend on the number of rows.
///
/// Axes never decrease: a smaller number, or one that is not finite, repeats the last known one;
/// rows before the first known number have NaN there. A value that is not finite is a gap (NaN).
/// Errors: appending never fails; what could not be stored makes status() an error, and reading it
/// too. Threads: one owner.
class ColumnTable {
public:
    ColumnTable(SeriesPlace place, TableShape shape);
    ~ColumnTable();
    ColumnTable(ColumnTable&&) noexcept;
    ColumnTable& operator=(ColumnTable&&) noexcept;

    /// Adds `count` rows to a stream: for each axis and each value, the numbers of all rows.
    void append(std::uint32_t stream, std::size_t count, std::span<const double* const> axes,
                std::span<const double* const> values);

    [[nodiscard]] const TableShape& shape() const noexcept { return m_shape; }
    [[nodiscard]] std::int64_t rows(std::uint32_t stream) const noexcept;
    [[nodiscard]] std::int64_t allRows() const noexcept;  ///< of all streams
    /// Rows of a column that are no gap.
    [[nodiscard]] std::int64_t values(std::uint32_t stream, std::size_t value) const noexcept;
    /// The first row that has a place on the axis; rows() when none has.
    [[nodiscard]] std::int64_t firstKnown(std::uint32_t stream, std::size_t axis) const noexcept;
    /// Place of the last row; NaN when no row has one.
    [[nodiscard]] double lastOf(std::uint32_t stream, std::size_t axis) const noexcept;
    /// Complete nodes of a level.
    [[nodiscard]] std::int64_t nodes(std::uint32_t stream, int level) const noexcept {
        return rows(stream) >> (3 * level);
    }

    /// Places of the first rows of nodes [first, first + out.size()), which are complete.
    [[nodiscard]] Result<void> readAxis(std::uint32_t stream, std::size_t axis, int level,
                                        std::int64_t first, std::span<double> out) const;
    /// The numbers of rows [first, first + out.size()).
    [[nodiscard]] Result<void> readRows(std::uint32_t stream, std::size_t value, std::int64_t first,
                                        std::span<double> out) const;
    /// As many of the nodes [first, last) as one slot holds, one at least. Two reads at most.
    struct Columns {
        std::size_t axis = 0, value = 0;
    };
    [[nodiscard]] Result<NodeBlock> readNodes(std::uint32_t stream, Columns columns, int level,
                                              std::int64_t first, std::int64_t last) const;
    /// Reads every slot that was written and compares its checksum.
    [[nodiscard]] Result<void> checkSlots() const;

    /// The first thing that could not be stored.
    [[nodiscard]] Result<void> status() const;
    /// True when the folder does not hold all of the table (SlotFiles): do not save the state.
    [[nodiscard]] bool isPrivate() const noexcept { return m_files->isPrivate(); }
    /// Closes files until they are needed again.
    void release() noexcept { m_files->release(); }
    [[nodiscard]] std::size_t bytesHeld() const noexcept;  ///< of unfinished slots, in memory

    /// Rows, counts and unfinished slots. A reader that gives impossible numbers is made failed().
    void save(ArchiveWriter& archive) const;
    void load(ArchiveReader& archive);

private:
    struct Stream;
    [[nodiscard]] Stream& opened(std::uint32_t stream);
    double* open(Stream& stream, int level);
    void copyRows(Stream& stream, std::size_t from, std::size_t count,
                  std::span<const double* const> axes, std::span<const double* const> values);
    void makeNode(Stream& stream, int level, std::int64_t node);
    void finishSlot(std::uint32_t index, Stream& stream, int level, std::int64_t nodes);
    [[nodiscard]] Result<const double*> fetch(std::uint32_t stream, int level, std::int64_t slot,
                                              std::size_t first, std::size_t count,
                                              std::vector<double>& scratch) const;

    TableShape m_shape;
    std::vector<SlotLayout> m_layouts;  ///< by level
    std::unique_ptr<SlotFiles> m_files;
    std::vector<std::unique_ptr<Stream>> m_streams;  ///< null: nothing came yet
    Result<void> m_status;
    mutable std::array<std::vector<double>, kLevels> m_x, m_values;  ///< what was read last
};

}  // namespace wattline
