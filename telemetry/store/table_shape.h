// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"

/// What a table of series is made of and how its rows lie on disk.
///
/// A table has streams (the ranks of an attempt, the devices of a run; a run's own table has one),
/// which all have the same columns: axes, which never decrease, and values, which have gaps. Level
/// 0 is the rows. A node of level L stands for 8^L rows of one stream: of each axis it has the
/// place of its first row, of each value {min, max, sum, count}. Each level is one file:
///
///   header, 4096 bytes │ stripe 0: slot of stream 0, 1, 2, … │ stripe 1: … │ …
///
///   slot of level 0       axis 0 │ axis 1 │ … │ value 0 │ …            each `nodes` x f64
///   slot of level 1, …    axis 0 │ axis 1 │ … │ min, max, sum (f64), count (u32) of value 0 │ …
///   and at its end        u32 CRC-32C of the slot before it, u32 stream + 1
///
/// A slot is written once, when it is full; until then its nodes are in memory. So a slot's place
/// needs no index, whatever the number of rows, and all that ever happens to a file is that it
/// grows. Streams advance side by side, so there are no holes to speak of. Everything is
/// little-endian.
namespace wattline {

inline constexpr std::int64_t kLevelFactor = 8;
inline constexpr int kLevels = 12;  ///< 8^12 rows: 2,000 years at one a second
inline constexpr std::uint32_t kSeriesVersion = 2;
inline constexpr std::size_t kSlotFileHeaderBytes = 4096;

struct TableShape {
    std::string name;  ///< of the file, without level and suffix
    std::vector<std::string> axes, values;
    std::uint32_t streams = 1;
    int levels = kLevels;  ///< 1: rows alone, for what is only read from end to end

    friend bool operator==(const TableShape&, const TableShape&) = default;
};

/// Where things lie in a slot of one level.
class SlotLayout {
public:
    SlotLayout(const TableShape& shape, int level);

    [[nodiscard]] int level() const noexcept { return m_level; }
    [[nodiscard]] std::int64_t nodes() const noexcept { return m_nodes; }
    /// In doubles from the slot's start.
    [[nodiscard]] std::size_t axis(std::size_t index) const noexcept {
        return index * static_cast<std::size_t>(m_nodes);
    }
    [[nodiscard]] std::size_t value(std::size_t index) const noexcept {
        return axis(m_axes) + index * m_halves * static_cast<std::size_t>(m_nodes) / 2;
    }
    /// Doubles of a slot, the trailer included.
    [[nodiscard]] std::size_t doubles() const noexcept { return value(m_values) + 1; }
    [[nodiscard]] std::size_t bytes() const noexcept { return doubles() * sizeof(double); }
    /// Where a slot starts in its file.
    [[nodiscard]] std::uint64_t offset(std::int64_t slot, std::uint32_t stream) const noexcept {
        const auto place = static_cast<std::uint64_t>(slot) * m_streams + stream;
        return kSlotFileHeaderBytes + place * bytes();
    }

private:
    int m_level;
    std::int64_t m_nodes;
    std::size_t m_axes, m_values;
    std::size_t m_halves;  ///< of a double that a value takes: 2, or 7 for three and a u32
    std::uint64_t m_streams;
};

/// `steps.0.wls`: table and level.
[[nodiscard]] std::string seriesFileName(const TableShape& shape, int level);
/// The 4096 bytes at the start of a level's file.
[[nodiscard]] std::string encodeSeriesHeader(const TableShape& shape, int level);
/// Refuses, with a sentence that names `file`, what is no series file of this table and level:
/// damaged, of another table, of an older or of a newer version.
[[nodiscard]] Result<void> checkSeriesHeader(std::string_view bytes, const TableShape& shape,
                                             int level, const std::string& file);
/// Any series file's shape and level, from bytes that nobody vouches for.
struct SeriesHeader {
    TableShape shape;
    int level = 0;
    std::int64_t nodes = 0;
};
[[nodiscard]] Result<SeriesHeader> parseSeriesHeader(std::string_view bytes,
                                                     const std::string& file);

}  // namespace wattline
