// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "telemetry/core/result.h"

namespace wattline::cli {

/// Writes a file that a person asked for: beside its place first, then by rename, so that an old
/// file survives a full disk. Something that is no regular file (a pipe, /dev/stdout) is written
/// directly. Permissions follow the umask.
[[nodiscard]] Result<void> writeOutputFile(const std::filesystem::path& path,
                                           std::string_view bytes);

/// "csv" for "a/b.CSV"; empty without an extension.
[[nodiscard]] std::string extensionOf(const std::filesystem::path& path);

}  // namespace wattline::cli
