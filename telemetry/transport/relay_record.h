// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "telemetry/core/host.h"
#include "telemetry/core/result.h"

namespace wattline {

/// What a relay says about itself in `relay/BOOT-ID.json` of its run: one file a node.
struct RelayRecord {
    std::string endpoint;     ///< ipc, on that node
    ProcessIdentity process;  ///< a relay that was killed leaves its record behind
};
/// This host's file.
[[nodiscard]] std::filesystem::path relayRecordFile(const std::filesystem::path& run_folder);
[[nodiscard]] std::string toJson(const RelayRecord& record);
/// Refuses what is no record of a relay.
[[nodiscard]] Result<RelayRecord> parseRelayRecord(std::string_view text);

}  // namespace wattline
