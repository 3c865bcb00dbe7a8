// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "telemetry/publish/sink.h"

namespace wattline {

/// A DEALER that connects to the hub of a workspace, whenever there is one: reads `hub.json` at the
/// start and once a second in tend(), follows a hub that moved, never blocks. Until the hub
/// answers, send() refuses, and the hub later heals from the journal.
[[nodiscard]] std::unique_ptr<Sink> makeRankSink(std::filesystem::path hub_lease);

}  // namespace wattline
