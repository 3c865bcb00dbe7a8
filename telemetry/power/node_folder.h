// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "telemetry/core/result.h"

namespace wattline {

/// Where the processes of one user on one host find each other: /dev/shm/wattline-UID, else
/// /tmp/wattline-UID, 0700 and verified to be ours; never a shared file system. It does not depend
/// on XDG_RUNTIME_DIR, which a login has and a batch job has not: both must come to one folder.
/// WATTLINE_NODE_FOLDER names another one (containers that share a mount; tests).
[[nodiscard]] Result<std::filesystem::path> nodeFolder();

/// Creates `folder` 0700 if it is missing; refuses one that somebody else owns or can enter.
[[nodiscard]] Result<void> makePrivateFolder(const std::filesystem::path& folder);

}  // namespace wattline
