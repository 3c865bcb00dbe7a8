// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "telemetry/core/files.h"

namespace wattline::wire {

/// The file beside a journal that tells how many records there are when the journal cannot.
/// Threads: one owner.
class TallyFile {
public:
    /// Makes the file and fills it with zeros, so that its blocks are there for good.
    [[nodiscard]] FileResult<void> create(const std::filesystem::path& path, Files& files);
    /// Neither truncates nor renames: both could need space.
    [[nodiscard]] FileResult<void> overwrite(std::span<const std::byte> frame);

private:
    std::unique_ptr<OpenFile> m_file;
};

}  // namespace wattline::wire
