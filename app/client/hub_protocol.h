// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "app/client/hub_call.h"
#include "telemetry/core/feed.h"

/// The client's side of WIRE.md, "Clients": requests out, answers in. Pure functions.
namespace wattline {

/// `params` is JSON already.
[[nodiscard]] std::string encodeRequest(std::uint64_t id, std::string_view method,
                                        std::string_view params);

struct DecodedAnswer {
    std::uint64_t id = 0;
    Result<HubAnswer> answer;
};
/// Fails when the first part is no answer at all.
[[nodiscard]] Result<DecodedAnswer> decodeAnswer(std::vector<Bytes> parts);

/// What `snapshot` returned: the runs that changed, and those that are gone.
struct SnapshotChanges {
    std::uint64_t revision = 0;
    std::vector<RunSummary> runs;
    std::vector<RunId> removed;
    bool more = false;  ///< a page of several: ask again from this revision
};
[[nodiscard]] Result<SnapshotChanges> decodeSnapshot(std::string_view result);
/// Adds a later page to what came before.
void append(SnapshotChanges& changes, SnapshotChanges page);
/// Everything that the hub knows, in as many calls as it takes.
[[nodiscard]] Result<SnapshotChanges> fetchSnapshot(const HubLease& lease, int timeout_ms);

[[nodiscard]] std::string encodeSeriesParams(const SeriesQuery& query);
[[nodiscard]] Result<SeriesColumns> decodeSeries(const HubAnswer& answer);

[[nodiscard]] std::string encodeSpecParams(const RunSpec& spec);
[[nodiscard]] Result<LaunchPreview> decodePreview(std::string_view result);
[[nodiscard]] Result<RunId> decodeLaunch(std::string_view result);

[[nodiscard]] std::string encodeCommandParams(const RunId& run, CommandKind kind,
                                              std::string_view id);
/// A fresh id for a command: 16 hexadecimal digits.
[[nodiscard]] std::string makeCommandId();

}  // namespace wattline
