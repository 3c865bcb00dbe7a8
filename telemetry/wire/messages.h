// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/core/energy.h"
#include "telemetry/core/feed.h"
#include "telemetry/core/result.h"
#include "telemetry/core/run_spec.h"
#include "telemetry/core/run_summary.h"

/// Everything rare is JSON; this is the only room that knows its keys. Text in, value out, and
/// back. Parsers accept unknown keys, refuse wrong types and out-of-range numbers with a sentence.
namespace wattline::wire {

struct Hello {
    std::string run;
    std::uint32_t attempt = 1, rank = 0, world_size = 1;
    std::string host, boot_id, version;
    std::int64_t pid = 0, started_mono_ns = 0, started_unix_ns = 0, steps_planned = 0;
    std::string device_kind = "cpu";
    std::vector<PowerDevice> devices;
};

/// One event record. Fields that a kind does not use stay empty (WIRE.md, event).
struct Event {
    std::int64_t mono_ns = 0;
    std::int64_t step = 0;
    std::string kind, text;
    std::string command_id, command;  ///< held, resumed, command
    std::optional<bool> accepted;
    std::string reason;
    std::optional<int> epoch;
    std::optional<double> loss, top1_error, top5_error;
    std::optional<std::int64_t> samples;
    std::string outcome;  ///< ended
    std::optional<std::int64_t> dropped;
    std::optional<double> record_ns_mean;
    std::string device;                   ///< shared, unshared: PowerDevice::id
    std::optional<int> runs;              ///< shared, unshared: that use it now, this one included
    std::optional<double> sampler_cpu_s;  ///< ended: what sampling power cost this rank
};

struct ClockReading {
    std::string boot_id;
    std::int64_t mono_ns = 0, boottime_ns = 0, realtime_ns = 0, error_ns = 0;
};

struct Heartbeat {
    std::int64_t mono_ns = 0;
    std::uint64_t last_sequence = 0, dropped = 0;
    std::int64_t step = 0;
    std::string state;
    std::string journal_error;              ///< why the journal refuses; empty: it does not
    std::optional<double> sampler_cpu_s{};  ///< CPU time of the sampler so far; empty: has none
    /// What making the journal durable costs the publisher's thread; empty before the first time.
    std::optional<std::int64_t> syncs{};
    std::optional<double> sync_ns_mean{}, sync_ns_max{};
};

struct Command {
    std::string id;
    CommandKind kind{};
};

/// Hub to rank: everything up to `sequence` is stored.
struct Acknowledge {
    std::uint64_t sequence = 0;
};

/// Hub to rank: send the records of these sequences again, from your journal.
struct Replay {
    std::uint64_t from = 1, to = 1;  ///< both included
};

[[nodiscard]] std::string toJson(const Hello& hello);
[[nodiscard]] std::string toJson(const Event& event);
[[nodiscard]] std::string toJson(const ClockReading& reading);
[[nodiscard]] std::string toJson(const Heartbeat& heartbeat);
[[nodiscard]] std::string toJson(const Command& command);
[[nodiscard]] std::string toJson(const Acknowledge& acknowledge);
[[nodiscard]] std::string toJson(const Replay& replay);
[[nodiscard]] std::string toJson(const RunSpec& spec);
/// Exactly what `wattline show --json` prints. Unknown values are null, never 0.
[[nodiscard]] std::string toJson(const RunSummary& summary, int indent = -1);

[[nodiscard]] Result<Hello> parseHello(std::string_view json);
[[nodiscard]] Result<Event> parseEvent(std::string_view json);
[[nodiscard]] Result<ClockReading> parseClockReading(std::string_view json);
[[nodiscard]] Result<Heartbeat> parseHeartbeat(std::string_view json);
[[nodiscard]] Result<Command> parseCommand(std::string_view json);
[[nodiscard]] Result<Acknowledge> parseAcknowledge(std::string_view json);
/// Refuses a range that is empty or begins at 0.
[[nodiscard]] Result<Replay> parseReplay(std::string_view json);
[[nodiscard]] Result<RunSpec> parseRunSpec(std::string_view json);
[[nodiscard]] Result<RunSummary> parseRunSummary(std::string_view json);

}  // namespace wattline::wire
