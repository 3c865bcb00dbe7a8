// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "telemetry/core/result.h"
#include "telemetry/core/workspace.h"

namespace wattline {

/// The file `listen` of a workspace: where its hubs listen for other hosts, whoever starts them.
/// Threads: any.

/// HOST[:PORT]; empty when the hub is to stay on ipc.
[[nodiscard]] std::string savedListenAddress(const Workspace& workspace);
/// Refuses what no hub could listen on with a sentence. An empty text removes the setting.
[[nodiscard]] Result<void> saveListenAddress(const Workspace& workspace, const std::string& text);

}  // namespace wattline
