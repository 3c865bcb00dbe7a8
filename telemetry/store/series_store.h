// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/result.h"
#include "telemetry/store/slot_files.h"

namespace wattline {

/// A run's series folder, as one process uses it. One process at a time writes into it: the one
/// that holds an flock on `lock` there. `state.wls`, replaced by rename, says how many rows of the
/// level files count and holds everything else that a reader needs to go on from there; whatever
/// lies behind is overwritten. So the folder is whole at every instant, and whoever may not write
/// into it reads what it held and keeps what it adds to itself.
///
///   series/ ours           ─▶ written there
///   series/ not ours       ─▶ what state.wls tells is read there, more is private (SlotFiles)
///   ... and without state  ─▶ `cache`, a folder of this user, in the same way
///
/// Everything can be made again from the journal, so nothing is synced. Threads: one owner.
class SeriesStore {
public:
    /// All in files without a name, which vanish with the process.
    SeriesStore() = default;
    enum class Use {
        Look,  ///< creates nothing: what is there is read, everything else is private
        Keep   ///< writes there, if this process may and is the only one
    };
    /// Never fails: where nothing can be written, everything is private.
    SeriesStore(std::filesystem::path folder, const std::filesystem::path& cache, Use use);
    ~SeriesStore();
    SeriesStore(SeriesStore&& other) noexcept;
    SeriesStore& operator=(SeriesStore&& other) noexcept;

    /// Where tables are to be opened.
    [[nodiscard]] SeriesPlace place() const { return {m_folder, m_lock >= 0}; }
    [[nodiscard]] bool isOwned() const noexcept { return m_lock >= 0; }

    /// What writeState() last wrote; nothing when there is none, or when it is damaged or of an
    /// older version: remark() says so then. Refuses a newer version with a sentence. Valid until
    /// forgetState().
    [[nodiscard]] Result<std::optional<std::string_view>> readState();
    void forgetState() noexcept { m_state.reset(); }
    /// Only when isOwned().
    [[nodiscard]] Result<void> writeState(std::string_view payload);
    /// Forgets what is stored: removes the files when the folder is ours, else reads it no more.
    void clear();
    /// What was wrong with the series that were found, and what is done about it.
    [[nodiscard]] const std::string& remark() const noexcept { return m_remark; }

private:
    [[nodiscard]] bool take(const std::filesystem::path& folder);
    [[nodiscard]] std::optional<std::string_view> readAll(const std::filesystem::path& file);

    std::filesystem::path m_folder;
    int m_lock = -1;
    std::unique_ptr<char[]> m_state;  ///< as read
    std::string m_remark;
};

/// The payload of a state file; trusts nothing: size, version and checksum are verified. `file`
/// names it in sentences. ExitCode::Integrity: damaged or of an older version, to be made again.
[[nodiscard]] Result<std::string_view> parseSeriesState(std::string_view bytes,
                                                        const std::string& file);

}  // namespace wattline
