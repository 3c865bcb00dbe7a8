// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace wattline::wire {

/// The file beside a journal that tells how many records there are when the journal cannot.
/// Errors are errno values, 0 is success. Threads: one owner.
class TallyFile {
public:
    TallyFile() = default;
    ~TallyFile();
    TallyFile(const TallyFile&) = delete;
    TallyFile& operator=(const TallyFile&) = delete;

    /// Makes the file and fills it with zeros, so that its blocks are there for good.
    [[nodiscard]] int create(const std::filesystem::path& path) noexcept;
    /// Neither truncates nor renames: both could need space.
    [[nodiscard]] int overwrite(std::span<const std::byte> frame) noexcept;

private:
    int m_fd = -1;
};

}  // namespace wattline::wire
