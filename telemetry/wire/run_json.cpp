// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "telemetry/wire/json_reader.h"
#include "telemetry/wire/messages.h"

// run.json and what `wattline show --json` prints. Unknown and non-finite values are null.

namespace wattline::wire {
namespace {

using Json = nlohmann::ordered_json;

/// What null becomes where the value is a plain double: missing is missing, never 0.
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::string dump(const Json& json, int indent = -1) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json number(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return nullptr;
    return *value;
}

/// Fields of an EnergyEntry whose negative value means "not available".
Json availableNumber(double value) {
    return value < 0.0 ? Json(nullptr) : number(value);
}

Json specJson(const RunSpec& s) {
    return {{"id", s.id},
            {"name", s.name},
            {"model", s.model},
            {"dataset", s.dataset},
            {"recipe", s.recipe},
            {"ranks", s.ranks},
            {"lbs", s.lbs},
            {"gbs", s.gbs},
            {"accumulation", s.accumulation},
            {"epochs", s.epochs},
            {"steps", s.steps},
            {"seed", s.seed},
            {"threads_per_rank", s.threads_per_rank},
            {"image_size", s.image_size},
            {"classes", s.classes},
            {"rated_power_w", number(s.rated_power_w)},
            {"sample_period_ms", s.sample_period_ms},
            {"idle_baseline_s", number(s.idle_baseline_s)},
            {"device_kind", s.device_kind},
            {"created_unix_ns", s.created_unix_ns},
            {"created_by", s.created_by},
            {"simulated", s.simulated},
            {"command", s.command}};
}

Result<RunSpec> readSpec(JsonReader& in) {
    RunSpec s;
    in.optional("id", s.id);
    in.optional("name", s.name);
    in.optional("model", s.model);
    in.optional("dataset", s.dataset);
    in.optional("recipe", s.recipe);
    in.optional("ranks", s.ranks);
    in.optional("lbs", s.lbs);
    in.optional("gbs", s.gbs);
    in.optional("accumulation", s.accumulation);
    in.optional("epochs", s.epochs);
    in.optional("steps", s.steps);
    in.optional("seed", s.seed);
    in.optional("threads_per_rank", s.threads_per_rank);
    in.optional("image_size", s.image_size);
    in.optional("classes", s.classes);
    in.optional("rated_power_w", s.rated_power_w);
    in.optional("sample_period_ms", s.sample_period_ms);
    in.optional("idle_baseline_s", s.idle_baseline_s);
    in.optional("device_kind", s.device_kind);
    in.optional("created_unix_ns", s.created_unix_ns);
    in.optional("created_by", s.created_by);
    in.optional("simulated", s.simulated);
    in.optional("command", s.command);
    if (!s.id.empty() && !isRunId(s.id)) in.refuse("id", "is not a run id");
    if (auto ok = in.status(); !ok) return tl::unexpected(ok.error());
    return s;
}

Json termsJson(const UncertaintyTerms& terms) {
    return {{"edge_j", number(terms.edge_j)},
            {"sampling_j", number(terms.sampling_j)},
            {"gain_j", number(terms.gain_j)},
            {"alignment_j", number(terms.alignment_j)}};
}

Json flagsJson(const std::vector<EnergyFlag>& flags) {
    Json list = Json::array();
    for (const auto& flag : flags)
        list.push_back({{"kind", flag.kind}, {"text", flag.text}});
    return list;
}

Json energyJson(const EnergyEntry& e) {
    const auto& d = e.device;
    return {{"device", d.id},
            {"label", d.label},
            {"kind", d.kind},
            {"scope", d.scope},
            {"sensor", d.sensor},
            {"method", name(d.method)},
            {"host", d.host},
            {"boot_id", d.boot_id},
            {"gain_low", number(d.gain_low)},
            {"gain_high", number(d.gain_high)},
            {"period_s", number(d.period_s)},
            {"part_of", d.part_of},
            {"attributed", d.attributed},
            {"averaged_share", number(d.averaged_share)},
            {"counter_tick_s", number(d.counter_tick_s)},
            {"j", number(e.j)},
            {"u_j", number(e.u_j)},
            {"low_j", number(e.low_j)},
            {"high_j", number(e.high_j)},
            {"held_j", number(e.held_j)},
            {"gap_s", number(e.gap_s)},
            {"counter_j", availableNumber(e.counter_j)},
            {"integrated_j", availableNumber(e.integrated_j)},
            {"residual_j", number(e.residual_j())},
            {"u_terms", termsJson(e.terms)},
            {"shared_j", number(e.shared_j)},
            {"shared_s", number(e.shared_s)},
            {"idle_w", number(e.idle_w)},
            {"above_idle_j", number(e.above_idle_j)},
            {"flags", flagsJson(e.flags)}};
}

void readTerms(JsonReader& in, UncertaintyTerms& terms) {
    auto object = in.object("u_terms");
    if (!object) return;
    object->optional("edge_j", terms.edge_j);
    object->optional("sampling_j", terms.sampling_j);
    object->optional("gain_j", terms.gain_j);
    object->optional("alignment_j", terms.alignment_j);
    if (auto ok = object->status(); !ok) in.refuse("u_terms", "holds something else than numbers");
}

void readFlags(JsonReader& in, std::vector<EnergyFlag>& flags) {
    for (auto& item : in.objects("flags")) {
        EnergyFlag flag;
        item.required("kind", flag.kind);
        item.optional("text", flag.text);
        if (auto ok = item.status(); !ok) return in.refuse("flags", "holds something without kind");
        flags.push_back(std::move(flag));
    }
}

Result<EnergyEntry> readEnergy(JsonReader& in) {
    EnergyEntry e;
    auto& d = e.device;
    std::string method;
    in.required("device", d.id);
    in.optional("label", d.label);
    in.optional("kind", d.kind);
    in.optional("scope", d.scope);
    in.optional("sensor", d.sensor);
    in.required("method", method);
    in.optional("host", d.host);
    in.optional("boot_id", d.boot_id);
    in.optional("gain_low", d.gain_low);
    in.optional("gain_high", d.gain_high);
    in.optional("period_s", d.period_s);
    in.optional("part_of", d.part_of);
    in.optional("attributed", d.attributed);
    in.optional("averaged_share", d.averaged_share);
    in.optional("counter_tick_s", d.counter_tick_s);
    e.j = e.u_j = e.low_j = e.high_j = e.held_j = e.gap_s = kUnknown;
    in.optional("j", e.j);
    in.optional("u_j", e.u_j);
    in.optional("low_j", e.low_j);
    in.optional("high_j", e.high_j);
    in.optional("held_j", e.held_j);
    in.optional("gap_s", e.gap_s);
    in.optional("counter_j", e.counter_j);
    in.optional("integrated_j", e.integrated_j);
    in.optional("shared_j", e.shared_j);
    in.optional("shared_s", e.shared_s);
    in.optional("idle_w", e.idle_w);
    in.optional("above_idle_j", e.above_idle_j);
    readTerms(in, e.terms);
    readFlags(in, e.flags);
    d.method = parseEnergyMethod(method);
    if (auto ok = in.status(); !ok) return tl::unexpected(ok.error());
    return e;
}

Json phaseJson(const PhaseEnergy& p) {
    return {{"phase", p.phase},
            {"seconds", number(p.seconds)},
            {"j", number(p.j)},
            {"u_j", number(p.u_j)},
            {"time_attributed", p.time_attributed}};
}

Result<PhaseEnergy> readPhase(JsonReader& in) {
    PhaseEnergy p;
    p.seconds = p.j = p.u_j = kUnknown;
    in.required("phase", p.phase);
    in.optional("seconds", p.seconds);
    in.optional("j", p.j);
    in.optional("u_j", p.u_j);
    in.optional("time_attributed", p.time_attributed);
    if (auto ok = in.status(); !ok) return tl::unexpected(ok.error());
    return p;
}

Json wastedJson(const WastedWork& wasted) {
    return {{"steps", wasted.steps},
            {"gpu_hours", number(wasted.gpu_hours)},
            {"j", number(wasted.j)},
            {"u_j", number(wasted.u_j)}};
}

void readWasted(JsonReader& in, WastedWork& wasted) {
    auto object = in.object("wasted");
    if (!object) return;
    object->optional("steps", wasted.steps);
    object->optional("gpu_hours", wasted.gpu_hours);
    object->optional("j", wasted.j);
    object->optional("u_j", wasted.u_j);
    if (auto ok = object->status(); !ok) in.refuse("wasted", "holds something else than numbers");
}

Json eventJson(const RunEvent& e) {
    return {{"t_s", number(e.t_s)}, {"step", e.step}, {"kind", e.kind}, {"text", e.text}};
}

Result<RunEvent> readEvent(JsonReader& in) {
    RunEvent e;
    e.t_s = kUnknown;
    in.optional("t_s", e.t_s);
    in.optional("step", e.step);
    in.required("kind", e.kind);
    in.optional("text", e.text);
    if (auto ok = in.status(); !ok) return tl::unexpected(ok.error());
    return e;
}

/// Reads the array at `key` element by element; the first error ends it.
template <typename T, typename Read>
Result<void> readArray(JsonReader& in, std::string_view key, Read read, std::vector<T>& out) {
    for (auto& item : in.objects(key)) {
        auto value = read(item);
        if (!value) return tl::unexpected(value.error());
        out.push_back(std::move(*value));
    }
    return in.status();
}

/// What was asked for, repeated at the top level for people and scripts.
void putConfiguration(Json& json, const RunSummary& s) {
    json["id"] = s.spec.id;
    json["name"] = displayName(s.spec);
    json["state"] = name(s.state);
    json["state_reason"] = s.state_reason;
    json["model"] = s.spec.model;
    json["dataset"] = s.spec.dataset;
    json["recipe"] = s.spec.recipe;
    json["ranks"] = s.spec.ranks;
    json["lbs"] = s.spec.lbs;
    json["gbs"] = s.spec.gbs;
    json["accumulation"] = s.spec.accumulation;
    json["seed"] = s.spec.seed;
    json["simulated"] = s.spec.simulated;
}

void putProgress(Json& json, const RunSummary& s) {
    json["attempts"] = s.attempts;
    json["steps"] = s.step;
    json["steps_planned"] = s.steps_planned > 0 ? Json(s.steps_planned) : Json(nullptr);
    json["epoch"] = s.epoch;
    json["samples"] = s.samples;
    json["wall_s"] = number(s.wall_s);
    json["held_s"] = number(s.held_s);
    json["gpu_hours"] = number(s.gpu_hours);
    json["device_kind"] = s.device_kind;
    json["hosts"] = s.hosts > 0 ? Json(s.hosts) : Json(nullptr);
    json["started_unix_ns"] = s.started_unix_ns > 0 ? Json(s.started_unix_ns) : Json(nullptr);
}

void putEnergy(Json& json, const RunSummary& s) {
    json["energy_j"] = number(s.energy_j);
    json["energy_method"] = name(s.energy_method);
    json["energy_u_j"] = number(s.energy_u_j);
    json["energy_low_j"] = number(s.energy_low_j);
    json["energy_high_j"] = number(s.energy_high_j);
    json["mean_power_w"] = number(s.mean_power_w);
    json["power_w"] = number(s.power_w);
    json["slope_w"] = number(s.slope_w);
    json["slope_u_w"] = number(s.slope_u_w);
    json["energy"] = Json::array();
    for (const auto& entry : s.energy)
        json["energy"].push_back(energyJson(entry));
    json["phases"] = Json::array();
    for (const auto& phase : s.phases)
        json["phases"].push_back(phaseJson(phase));
    json["wasted"] = wastedJson(s.wasted);
}

void putResults(Json& json, const RunSummary& s) {
    json["samples_per_gpu_hour"] = number(s.samples_per_gpu_hour);
    json["updates_per_gpu_hour"] = number(s.updates_per_gpu_hour);
    json["throughput_samples_per_s"] = number(s.throughput_samples_per_s);
    json["train_loss"] = number(s.train_loss);
    json["val_loss"] = number(s.val_loss);
    json["final_loss"] = number(s.final_loss);
    json["final_top1_error"] = number(s.final_top1_error);
    json["final_top5_error"] = number(s.final_top5_error);
    json["monitor_share"] = number(s.monitor_share);
    json["sampler_cpu_s"] = number(s.sampler_cpu_s);
    json["records_expected"] = s.records_expected;
    json["records_stored"] = s.records_stored;
    json["records_lost"] = s.records_lost;
    json["events"] = Json::array();
    for (const auto& event : s.events)
        json["events"].push_back(eventJson(event));
}

void readProgress(JsonReader& in, RunSummary& s) {
    std::string state;
    in.required("state", state);
    const auto parsed = parseRunState(state);
    if (!parsed) in.refuse("state", "is not a state of a run");
    s.state = parsed.value_or(s.state);
    in.optional("state_reason", s.state_reason);
    in.optional("attempts", s.attempts);
    in.optional("steps", s.step);
    in.optional("steps_planned", s.steps_planned);
    in.optional("epoch", s.epoch);
    in.optional("samples", s.samples);
    s.wall_s = s.held_s = s.gpu_hours = kUnknown;
    in.optional("wall_s", s.wall_s);
    in.optional("held_s", s.held_s);
    in.optional("gpu_hours", s.gpu_hours);
    in.optional("device_kind", s.device_kind);
    in.optional("hosts", s.hosts);
    in.optional("started_unix_ns", s.started_unix_ns);
    readWasted(in, s.wasted);
}

void readFigures(JsonReader& in, RunSummary& s) {
    std::string method;
    in.optional("energy_j", s.energy_j);
    in.optional("energy_method", method);
    s.energy_method = parseEnergyMethod(method);
    in.optional("energy_u_j", s.energy_u_j);
    in.optional("energy_low_j", s.energy_low_j);
    in.optional("energy_high_j", s.energy_high_j);
    in.optional("mean_power_w", s.mean_power_w);
    in.optional("power_w", s.power_w);
    in.optional("slope_w", s.slope_w);
    in.optional("slope_u_w", s.slope_u_w);
    in.optional("samples_per_gpu_hour", s.samples_per_gpu_hour);
    in.optional("updates_per_gpu_hour", s.updates_per_gpu_hour);
    in.optional("throughput_samples_per_s", s.throughput_samples_per_s);
    in.optional("train_loss", s.train_loss);
    in.optional("val_loss", s.val_loss);
    in.optional("final_loss", s.final_loss);
    in.optional("final_top1_error", s.final_top1_error);
    in.optional("final_top5_error", s.final_top5_error);
    in.optional("monitor_share", s.monitor_share);
    in.optional("sampler_cpu_s", s.sampler_cpu_s);
    in.optional("records_expected", s.records_expected);
    in.optional("records_stored", s.records_stored);
    in.optional("records_lost", s.records_lost);
}

}  // namespace

std::string toJson(const RunSpec& spec) {
    return dump(specJson(spec), 2);
}

Result<RunSpec> parseRunSpec(std::string_view text) {
    auto in = JsonReader::parse(text, "a run's specification");
    if (!in) return tl::unexpected(in.error());
    return readSpec(*in);
}

std::string toJson(const RunSummary& summary, int indent) {
    Json json = Json::object();
    putConfiguration(json, summary);
    putProgress(json, summary);
    putEnergy(json, summary);
    putResults(json, summary);
    json["spec"] = specJson(summary.spec);
    return dump(json, indent);
}

Result<RunSummary> parseRunSummary(std::string_view text) {
    auto in = JsonReader::parse(text, "a run's summary");
    if (!in) return tl::unexpected(in.error());
    auto spec_in = in->object("spec");
    if (!spec_in) in->refuse("spec", "is missing");
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    auto spec = readSpec(*spec_in);
    if (!spec) return tl::unexpected(spec.error());

    RunSummary s;
    s.spec = std::move(*spec);
    readProgress(*in, s);
    readFigures(*in, s);
    if (auto ok = readArray(*in, "energy", readEnergy, s.energy); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = readArray(*in, "phases", readPhase, s.phases); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = readArray(*in, "events", readEvent, s.events); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    return s;
}

}  // namespace wattline::wire
