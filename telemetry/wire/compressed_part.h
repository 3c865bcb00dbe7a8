// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "telemetry/core/files.h"

/// Journal parts that were compressed after their run had ended: NAME.wlj.zst is a Zstandard file
/// (RFC 8878, with content size and checksum) of exactly the bytes of NAME.wlj. Readers take both.
/// Threads: any; one owner an open file.
namespace wattline::wire {

/// No part grows so large: a file that promises more would keep a reader busy for ever.
inline constexpr std::uint64_t kMaxPartContentBytes = std::uint64_t{256} << 20;

/// Opens a part for reading, compressed or not: pread() answers the journal's bytes. A compressed
/// one is read forwards; going back begins it anew. Bytes that are damaged give
/// std::errc::bad_message, never something else than what was compressed.
[[nodiscard]] FileResult<std::unique_ptr<OpenFile>> openPart(const std::filesystem::path& part,
                                                             Files& files);

/// The content of an open compressed file, whatever its name.
[[nodiscard]] std::unique_ptr<OpenFile> decompressed(std::unique_ptr<OpenFile> file);

/// Writes the compressed bytes of `from` to the end of `to`; neither is synced nor closed.
/// Memory is bounded, whatever the size.
[[nodiscard]] FileResult<void> compress(OpenFile& from, OpenFile& to, std::uint64_t bytes);

}  // namespace wattline::wire
