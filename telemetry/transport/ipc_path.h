// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "telemetry/core/result.h"

namespace wattline {

/// Socket files of ipc endpoints. Threads: any.

/// The file behind `ipc://PATH`; empty for another transport.
[[nodiscard]] std::optional<std::filesystem::path> ipcFile(const std::string& endpoint);

/// True when a process listens on the socket file, found out by connecting to it.
[[nodiscard]] bool someoneListens(const std::filesystem::path& file) noexcept;

/// The folder exists, is ours alone (0700) and short enough to hold a socket called `longest_name`.
[[nodiscard]] Result<void> checkSocketFolder(const std::filesystem::path& folder,
                                             const std::string& longest_name);

}  // namespace wattline
