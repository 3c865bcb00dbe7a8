// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <vector>

#include "telemetry/core/result.h"

namespace wattline {

/// What the system said no to a call with; value() is the errno. Whoever knows what the file was
/// for makes the sentence.
template <typename T> using FileResult = tl::expected<T, std::error_code>;

/// One open file. Closed when destroyed. Calls that a signal interrupts are begun anew. Threads:
/// one owner; any number of readers may pread().
class OpenFile {
public:
    virtual ~OpenFile() = default;
    OpenFile() = default;
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    /// Writes at the end of the file; answers how many bytes, which may be fewer than given.
    [[nodiscard]] virtual FileResult<std::size_t> append(std::span<const std::byte> bytes) = 0;
    /// Overwrites at `offset`, and may be short, too.
    [[nodiscard]] virtual FileResult<std::size_t> pwrite(std::span<const std::byte> bytes,
                                                         std::uint64_t offset) = 0;
    /// 0 at the end of the file. May be short before it, as on a network file system.
    [[nodiscard]] virtual FileResult<std::size_t> pread(std::span<std::byte> into,
                                                        std::uint64_t offset) = 0;
    [[nodiscard]] virtual FileResult<void> truncate(std::uint64_t size) = 0;
    /// fdatasync: contents and size survive the host's crash. The name needs syncFolder().
    [[nodiscard]] virtual FileResult<void> sync() = 0;
};

struct FileInfo {
    enum class Kind { File, Folder, Other };
    Kind kind = Kind::Other;
    std::uint64_t size = 0;     ///< bytes
    std::int64_t mtime_ns = 0;  ///< UTC since 1970
    bool ours = false;          ///< belongs to this user
};

/// A file system, injected so that tests own it: the calls that keep or show records, and nothing
/// else. New files get mode 0600, new folders 0700, descriptors are close-on-exec. Symbolic links
/// are followed. One virtual call costs nothing beside the system call behind it.
/// Threads: any, unless a fake says otherwise.
class Files {
public:
    enum class Mode {
        Read,       ///< must exist
        CreateNew,  ///< for append(); EEXIST when it is there
        Overwrite,  ///< created or emptied, for append() and pwrite()
    };

    virtual ~Files() = default;
    Files() = default;
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    [[nodiscard]] virtual FileResult<std::unique_ptr<OpenFile>>
    open(const std::filesystem::path& path, Mode mode) = 0;
    /// Replaces what `to` names, at once for every reader.
    [[nodiscard]] virtual FileResult<void> rename(const std::filesystem::path& from,
                                                  const std::filesystem::path& to) = 0;
    /// A second name; EEXIST when `to` is there: one of several callers gets it.
    [[nodiscard]] virtual FileResult<void> link(const std::filesystem::path& from,
                                                const std::filesystem::path& to) = 0;
    [[nodiscard]] virtual FileResult<void> remove(const std::filesystem::path& path) = 0;
    /// One level; a folder that is there already is no error.
    [[nodiscard]] virtual FileResult<void> makeFolder(const std::filesystem::path& path) = 0;
    /// Makes names in the folder survive the host's crash. Some file systems refuse it.
    [[nodiscard]] virtual FileResult<void> syncFolder(const std::filesystem::path& path) = 0;
    /// Names in the folder, without . and .., in no order.
    [[nodiscard]] virtual FileResult<std::vector<std::string>>
    list(const std::filesystem::path& folder) = 0;
    [[nodiscard]] virtual FileResult<FileInfo> stat(const std::filesystem::path& path) = 0;
    /// UTC since 1970 by the clock that stamps files, for their age.
    [[nodiscard]] virtual std::int64_t nowNs() const = 0;
};

/// The process's file system, for callers that are not given another one.
[[nodiscard]] Files& systemFiles() noexcept;

/// Appends everything or answers why not; then a part of it may be in the file.
[[nodiscard]] FileResult<void> appendAll(OpenFile& file, std::span<const std::byte> bytes);

/// Writes `text` so that a reader sees the old file or the new one, never a part: temporary name in
/// the same folder, fsync, rename, fsync of the folder. Mode 0600.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& path,
                                               std::string_view text, Files& files = systemFiles());
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& path,
                                           Files& files = systemFiles());

}  // namespace wattline
