// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "telemetry/wire/frame.h"
#include "telemetry/wire/json_reader.h"
#include "telemetry/wire/messages.h"

// The messages between ranks and hub. Keys are WIRE.md's.

namespace wattline::wire {
namespace {

using Json = nlohmann::ordered_json;

/// Text from the outside (host names, error texts) may not be UTF-8; a replacement character is
/// better than a message that cannot be written.
std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void putText(Json& json, const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
}

template <typename T> void put(Json& json, const char* key, const std::optional<T>& value) {
    if (value) json[key] = *value;
}

Json deviceJson(const PowerDevice& d) {
    Json json = {{"id", d.id},
                 {"label", d.label},
                 {"kind", d.kind},
                 {"scope", d.scope},
                 {"sensor", d.sensor},
                 {"method", name(d.method)},
                 {"gain_low", d.gain_low},
                 {"gain_high", d.gain_high},
                 {"period_s", d.period_s},
                 {"host", d.host},
                 {"boot_id", d.boot_id}};
    putText(json, "part_of", d.part_of);
    if (d.has_counter) json["has_counter"] = true;
    put(json, "counter_tick_s", d.counter_tick_s);
    put(json, "averaged_share", d.averaged_share);
    if (d.attributed) json["attributed"] = true;
    return json;
}

Result<PowerDevice> readDevice(JsonReader in) {
    PowerDevice d;
    std::string method;
    in.required("id", d.id);
    in.optional("label", d.label);
    in.optional("kind", d.kind);
    in.optional("scope", d.scope);
    in.optional("sensor", d.sensor);
    in.required("method", method);
    in.optional("gain_low", d.gain_low);
    in.optional("gain_high", d.gain_high);
    in.optional("period_s", d.period_s);
    in.optional("host", d.host);
    in.optional("boot_id", d.boot_id);
    in.optional("part_of", d.part_of);
    in.optional("has_counter", d.has_counter);
    in.optional("counter_tick_s", d.counter_tick_s);
    in.optional("averaged_share", d.averaged_share);
    in.optional("attributed", d.attributed);
    d.method = parseEnergyMethod(method);
    if (d.method == EnergyMethod::None && method != "none")
        in.refuse("method", "is not a method of measuring energy");
    if (!(d.gain_low >= 0.0 && d.gain_low <= d.gain_high))
        in.refuse("gain_low", "must lie between 0 and gain_high");
    if (!(d.period_s > 0.0)) in.refuse("period_s", "must be above 0");
    if (d.counter_tick_s && !(*d.counter_tick_s >= 0.0))
        in.refuse("counter_tick_s", "must be at least 0");
    if (d.averaged_share && !(*d.averaged_share >= 0.0 && *d.averaged_share <= 1.0))
        in.refuse("averaged_share", "must lie between 0 and 1");
    if (auto ok = in.status(); !ok) return tl::unexpected(ok.error());
    return d;
}

void checkStream(JsonReader& in, const Hello& h) {
    if (!isRunId(h.run)) in.refuse("run", "is not a run id");
    if (h.attempt == 0) in.refuse("attempt", "must be at least 1");
    if (h.world_size == 0 || h.world_size > kMaxRanks || h.rank >= h.world_size)
        in.refuse("rank",
                  "must be below world_size, which is at most " + std::to_string(kMaxRanks));
}

}  // namespace

std::string toJson(const Hello& h) {
    Json devices = Json::array();
    for (const auto& device : h.devices)
        devices.push_back(deviceJson(device));
    return dump({{"run", h.run},
                 {"attempt", h.attempt},
                 {"rank", h.rank},
                 {"world_size", h.world_size},
                 {"host", h.host},
                 {"boot_id", h.boot_id},
                 {"pid", h.pid},
                 {"version", h.version},
                 {"started_mono_ns", h.started_mono_ns},
                 {"started_unix_ns", h.started_unix_ns},
                 {"steps_planned", h.steps_planned},
                 {"device_kind", h.device_kind},
                 {"devices", std::move(devices)}});
}

Result<Hello> parseHello(std::string_view text) {
    auto in = JsonReader::parse(text, "a hello");
    if (!in) return tl::unexpected(in.error());
    Hello h;
    in->required("run", h.run);
    in->required("attempt", h.attempt);
    in->required("rank", h.rank);
    in->required("world_size", h.world_size);
    in->required("started_mono_ns", h.started_mono_ns);
    in->optional("host", h.host);
    in->optional("boot_id", h.boot_id);
    in->optional("pid", h.pid);
    in->optional("version", h.version);
    in->optional("started_unix_ns", h.started_unix_ns);
    in->optional("steps_planned", h.steps_planned);
    in->optional("device_kind", h.device_kind);
    checkStream(*in, h);
    for (auto& item : in->objects("devices")) {
        auto device = readDevice(std::move(item));
        if (!device) return tl::unexpected(device.error());
        h.devices.push_back(std::move(*device));
    }
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    return h;
}

std::string toJson(const Event& e) {
    Json json{{"mono_ns", e.mono_ns}, {"step", e.step}, {"kind", e.kind}, {"text", e.text}};
    // An answer names its command `id`, an edge of a hold names the command that asked `command`.
    if (e.kind == "command") {
        putText(json, "id", e.command_id);
        putText(json, "command", e.command);
    } else {
        putText(json, "command", e.command_id);
    }
    put(json, "accepted", e.accepted);
    putText(json, "reason", e.reason);
    put(json, "epoch", e.epoch);
    put(json, "loss", e.loss);
    put(json, "top1_error", e.top1_error);
    put(json, "top5_error", e.top5_error);
    put(json, "samples", e.samples);
    putText(json, "outcome", e.outcome);
    put(json, "dropped", e.dropped);
    put(json, "record_ns_mean", e.record_ns_mean);
    putText(json, "device", e.device);
    put(json, "runs", e.runs);
    put(json, "sampler_cpu_s", e.sampler_cpu_s);
    return dump(json);
}

Result<Event> parseEvent(std::string_view text) {
    auto in = JsonReader::parse(text, "an event");
    if (!in) return tl::unexpected(in.error());
    Event e;
    in->required("mono_ns", e.mono_ns);
    in->required("kind", e.kind);
    in->optional("step", e.step);
    in->optional("text", e.text);
    if (e.kind == "command") {
        in->optional("id", e.command_id);
        in->optional("command", e.command);
    } else {
        in->optional("command", e.command_id);
    }
    in->optional("accepted", e.accepted);
    in->optional("reason", e.reason);
    in->optional("epoch", e.epoch);
    in->optional("loss", e.loss);
    in->optional("top1_error", e.top1_error);
    in->optional("top5_error", e.top5_error);
    in->optional("samples", e.samples);
    in->optional("outcome", e.outcome);
    in->optional("dropped", e.dropped);
    in->optional("record_ns_mean", e.record_ns_mean);
    in->optional("device", e.device);
    in->optional("runs", e.runs);
    in->optional("sampler_cpu_s", e.sampler_cpu_s);
    if (e.runs && *e.runs < 1) in->refuse("runs", "must be at least 1");
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    return e;
}

std::string toJson(const ClockReading& c) {
    return dump({{"boot_id", c.boot_id},
                 {"mono_ns", c.mono_ns},
                 {"boottime_ns", c.boottime_ns},
                 {"realtime_ns", c.realtime_ns},
                 {"error_ns", c.error_ns}});
}

Result<ClockReading> parseClockReading(std::string_view text) {
    auto in = JsonReader::parse(text, "a clock reading");
    if (!in) return tl::unexpected(in.error());
    ClockReading c;
    in->required("boot_id", c.boot_id);
    in->required("mono_ns", c.mono_ns);
    in->required("boottime_ns", c.boottime_ns);
    in->required("realtime_ns", c.realtime_ns);
    in->optional("error_ns", c.error_ns);
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    return c;
}

std::string toJson(const Heartbeat& h) {
    Json out = {{"mono_ns", h.mono_ns},
                {"last_sequence", h.last_sequence},
                {"dropped", h.dropped},
                {"step", h.step},
                {"state", h.state}};
    if (!h.journal_error.empty()) out["journal_error"] = h.journal_error;
    put(out, "sampler_cpu_s", h.sampler_cpu_s);
    put(out, "syncs", h.syncs);
    put(out, "sync_ns_mean", h.sync_ns_mean);
    put(out, "sync_ns_max", h.sync_ns_max);
    return dump(out);
}

Result<Heartbeat> parseHeartbeat(std::string_view text) {
    auto in = JsonReader::parse(text, "a heartbeat");
    if (!in) return tl::unexpected(in.error());
    Heartbeat h;
    in->required("mono_ns", h.mono_ns);
    in->required("last_sequence", h.last_sequence);
    in->required("dropped", h.dropped);
    in->optional("step", h.step);
    in->optional("state", h.state);
    in->optional("journal_error", h.journal_error);
    in->optional("sampler_cpu_s", h.sampler_cpu_s);
    in->optional("syncs", h.syncs);
    in->optional("sync_ns_mean", h.sync_ns_mean);
    in->optional("sync_ns_max", h.sync_ns_max);
    if (!h.state.empty() && !parseRunState(h.state)) in->refuse("state", "is not a state of a run");
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    return h;
}

std::string toJson(const Command& c) {
    return dump({{"id", c.id}, {"command", name(c.kind)}});
}

Result<Command> parseCommand(std::string_view text) {
    auto in = JsonReader::parse(text, "a command");
    if (!in) return tl::unexpected(in.error());
    Command c;
    std::string kind;
    in->required("id", c.id);
    in->required("command", kind);
    const auto parsed = parseCommandKind(kind);
    if (!parsed) in->refuse("command", "is '" + kind + "', which no run understands");
    if (c.id.empty() || c.id.size() > 128) in->refuse("id", "must have 1 to 128 bytes");
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    c.kind = *parsed;
    return c;
}

std::string toJson(const Acknowledge& a) {
    return dump({{"sequence", a.sequence}});
}

Result<Acknowledge> parseAcknowledge(std::string_view text) {
    auto in = JsonReader::parse(text, "an acknowledgement");
    if (!in) return tl::unexpected(in.error());
    Acknowledge a;
    in->required("sequence", a.sequence);
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    return a;
}

std::string toJson(const Replay& replay) {
    return dump({{"from", replay.from}, {"to", replay.to}});
}

Result<Replay> parseReplay(std::string_view text) {
    auto in = JsonReader::parse(text, "a request to replay");
    if (!in) return tl::unexpected(in.error());
    Replay replay;
    in->required("from", replay.from);
    in->required("to", replay.to);
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    if (replay.from == 0 || replay.to < replay.from)
        return fail(ExitCode::Usage, "a request to replay has no records: 'from' is 1 or more and "
                                     "not behind 'to'");
    return replay;
}

}  // namespace wattline::wire
