// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/store/table_shape.h"

namespace wattline {

/// Where the files of a run's tables lie.
struct SeriesPlace {
    std::filesystem::path folder;  ///< empty: nowhere yet, everything is private
    /// This process alone writes into `folder`. Else what lies there is only read, and what is
    /// added goes into files without a name that vanish with this process.
    bool owned = false;
};

/// The level files of one table: writes whole slots, reads pieces of them. pread and pwrite only,
/// nothing is mapped, nothing is synced (a series can always be made again). Files are opened when
/// they are first needed. When `folder` takes no more (a full disk), slots go into files without a
/// name from then on, so that this process still has its series; see isPrivate().
///
///   rows 0 .. kept ─▶ folder (another process, or an earlier one, wrote them)
///   rows kept .. ───▶ folder when it is ours, else unnamed files in $TMPDIR
///
/// Threads: one owner.
class SlotFiles {
public:
    SlotFiles(SeriesPlace place, TableShape shape);
    ~SlotFiles();
    SlotFiles(const SlotFiles&) = delete;
    SlotFiles& operator=(const SlotFiles&) = delete;

    /// The rows of each stream that `folder` holds already.
    void keep(std::vector<std::int64_t> rows) { m_kept = std::move(rows); }
    /// Writes a full slot. `rows_before`: of each stream, what was written before this slot.
    [[nodiscard]] Result<void> write(const SlotLayout& layout, std::int64_t slot,
                                     std::uint32_t stream, std::span<const double> content);
    /// Reads doubles from `first` on of a slot that was written.
    [[nodiscard]] Result<void> read(const SlotLayout& layout, std::int64_t slot,
                                    std::uint32_t stream, std::size_t first,
                                    std::span<double> out) const;
    /// True once something lies in unnamed files: the folder does not hold the whole table.
    [[nodiscard]] bool isPrivate() const noexcept { return m_private; }
    /// Closes files that are read only, until they are needed again.
    void release() noexcept;
    [[nodiscard]] std::filesystem::path path(int level) const;

private:
    using Files = std::array<int, kLevels>;
    [[nodiscard]] bool inFolder(const SlotLayout& layout, std::int64_t slot,
                                std::uint32_t stream) const noexcept;
    [[nodiscard]] Result<int> folderFile(int level, bool create) const;
    [[nodiscard]] Result<int> privateFile(int level) const;

    SeriesPlace m_place;
    TableShape m_shape;
    std::vector<std::int64_t> m_kept;
    /// By level and stream: the first slot that is private; what an owner could not write.
    std::array<std::vector<std::int64_t>, kLevels> m_first_private;
    bool m_private = false;
    mutable Files m_folder_fds, m_private_fds;
};

}  // namespace wattline
