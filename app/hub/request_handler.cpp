// SPDX-License-Identifier: Apache-2.0
#include "app/hub/request_handler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "telemetry/wire/json_reader.h"
#include "telemetry/wire/messages.h"
#include "trainer/launch/datasets.h"
#include "trainer/launch/job_script.h"

namespace wattline {

using nlohmann::json;

struct RequestHandler::Request {
    std::uint64_t id = 0;
    std::string method;
    json params;
    PeerRole role = PeerRole::View;

    /// A string parameter; empty when it is missing or something else.
    [[nodiscard]] std::string text(const char* key) const {
        const auto it = params.find(key);
        return it != params.end() && it->is_string() ? it->get<std::string>() : std::string();
    }
    [[nodiscard]] double number(const char* key, double otherwise) const {
        const auto it = params.find(key);
        return it != params.end() && it->is_number() ? it->get<double>() : otherwise;
    }
};

namespace {

constexpr std::size_t kMaxRequestBytes = std::size_t{1} << 20;
constexpr int kMaxColumns = 16'384;

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Bytes bytesOf(std::string_view text) {
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

std::vector<Bytes> success(std::uint64_t id, std::string_view result) {
    return {bytesOf("{\"id\":" + std::to_string(id) +
                    ",\"ok\":true,\"result\":" + std::string(result) + "}")};
}

std::vector<Bytes> failure(std::uint64_t id, const Error& error) {
    return {bytesOf(dump({{"id", id},
                          {"ok", false},
                          {"error", error.message},
                          {"code", static_cast<int>(error.code)}}))};
}

std::vector<Bytes> answerWith(std::uint64_t id, const Result<std::string>& result) {
    return result ? success(id, *result) : failure(id, result.error());
}

/// `[a,b,…]` of texts that are JSON already.
std::string jsonArray(const std::vector<std::string>& elements) {
    std::string text = "[";
    for (const auto& element : elements) {
        if (text.size() > 1) text += ',';
        text += element;
    }
    return text + "]";
}

Bytes packColumns(const SeriesColumns& series) {
    Bytes packed;
    for (const auto* column : {&series.x, &series.min, &series.max, &series.mean}) {
        const auto bytes = std::as_bytes(std::span(*column));
        packed.insert(packed.end(), bytes.begin(), bytes.end());
    }
    return packed;
}

std::string previewJson(const LaunchPreview& preview) {
    return "{\"spec\":" + wire::toJson(preview.spec) + "," +
           dump({{"learning_rate", preview.learning_rate},
                 {"steps_per_epoch", preview.steps_per_epoch},
                 {"script", preview.script},
                 {"warnings", preview.warnings}})
               .substr(1);
}

/// The hub runs elsewhere than the client: a relative path would silently name another folder.
Result<RunSpec> specOf(const json& params) {
    auto spec = wire::parseRunSpec(dump(params.value("spec", json())));
    if (!spec) return spec;
    const auto folder = launch::imageFolderPath(*spec);
    if (!folder.empty() && folder.is_relative())
        return fail(ExitCode::Usage, "the hub cannot know where '" + folder.string() +
                                         "' begins; give the image folder's whole path");
    return spec;
}

/// Runs on the launch desk's thread; whatever a library throws becomes an answer.
template <typename Work> auto guarded(const Work& work) noexcept -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& problem) {
        return fail(ExitCode::Failed, std::string("the hub could not do that: ") + problem.what());
    }
}

bool steers(std::string_view method) {
    constexpr std::array<std::string_view, 5> kMethods{"preview", "launch", "command", "rebuild",
                                                       "shutdown"};
    return std::ranges::find(kMethods, method) != kMethods.end();
}

}  // namespace

void RequestHandler::handle(std::span<const std::span<const std::byte>> message, PeerRole role,
                            const Answer& answer) {
    Request request;
    json parsed(json::value_t::discarded);
    if (message.size() == 1 && message.front().size() <= kMaxRequestBytes) {
        const std::string_view text(reinterpret_cast<const char*>(message.front().data()),
                                    message.front().size());
        if (!wire::nestsTooDeep(text)) parsed = json::parse(text, nullptr, false);
    }
    if (!parsed.is_object() || !parsed.contains("id") || !parsed["id"].is_number_unsigned()) {
        ++m_parts.counters.bad_requests;
        return;
    }
    request.role = role;
    request.id = parsed["id"].get<std::uint64_t>();
    if (parsed.contains("method") && parsed["method"].is_string())
        request.method = parsed["method"].get<std::string>();
    request.params = parsed.value("params", json::object());
    if (!request.params.is_object()) request.params = json::object();
    try {
        dispatch(request, answer);
    } catch (const std::exception& problem) {
        spdlog::error("request '{}': {}", request.method, problem.what());
        answer(failure(request.id, {std::string("the hub could not do that: ") + problem.what()}));
    }
}

void RequestHandler::dispatch(const Request& request, const Answer& answer) {
    if (request.method == "hello") return answer(success(request.id, hello()));
    if (request.method == "status") return answer(success(request.id, status()));
    if (request.method == "snapshot") return answer(answerWith(request.id, snapshot(request)));
    if (request.method == "series") return series(request, answer);
    if (steers(request.method)) return steer(request, answer);
    ++m_parts.counters.bad_requests;
    answer(failure(request.id, {"the hub (version " WATTLINE_VERSION ") knows no method '" +
                                    request.method + "'; restart it with 'wattline hub stop'",
                                ExitCode::Usage}));
}

/// A preview counts, too: it looks into folders that the request names.
void RequestHandler::steer(const Request& request, const Answer& answer) {
    if (request.role != PeerRole::Control) {
        ++m_parts.counters.refused_requests;
        return answer(failure(request.id, {"this key may look and not steer, so the hub does not "
                                           "do '" +
                                               request.method + "'; ask the owner of the workspace",
                                           ExitCode::Environment}));
    }
    if (request.method == "preview") return preview(request, answer);
    if (request.method == "launch") return launch(request, answer);
    if (request.method == "command") return answer(answerWith(request.id, command(request)));
    if (request.method == "rebuild") return answer(answerWith(request.id, rebuild(request)));
    m_shutdown = true;
    answer(success(request.id, "{}"));
}

std::string RequestHandler::hello() const {
    return dump({{"version", WATTLINE_VERSION},
                 {"pid", m_parts.lease.pid},
                 {"workspace", m_parts.workspace.root().string()},
                 {"host", m_parts.lease.host}});
}

std::string RequestHandler::status() const {
    constexpr std::int64_t kSecond = 1'000'000'000;
    const auto& counters = m_parts.counters;
    const auto refused = m_parts.transport();
    const auto disk = m_parts.disk();
    return dump(
        {{"version", WATTLINE_VERSION},
         {"pid", m_parts.lease.pid},
         {"workspace", m_parts.workspace.root().string()},
         {"host", m_parts.lease.host},
         {"runs", m_parts.registry.size()},
         {"live_runs", m_parts.registry.liveRuns().size()},
         {"uptime_s", (m_parts.clock.monotonicNs() - m_started_ns) / kSecond},
         {"frames", counters.frames},
         {"bad_frames", counters.bad_frames},
         {"unknown_frames", counters.unknown_frames},
         {"repeated_frames", m_parts.registry.repeatedFrames()},
         {"bad_requests", counters.bad_requests},
         {"refused_requests", counters.refused_requests},
         {"unknown_keys", refused.doors.unknown_key},
         {"wrong_doors", refused.doors.wrong_role},
         {"bad_handshakes", refused.doors.bad_handshake},
         {"other_users", refused.doors.other_user},
         {"oversized_messages", refused.oversized},
         {"misshapen_messages", refused.misshapen},
         {"listens", m_parts.lease.ingest_tcp.empty() ? json() : json(m_parts.lease.ingest_tcp)},
         {"disk_free_bytes", disk.free_bytes ? json(*disk.free_bytes) : json()},
         {"disk_bytes_per_hour", disk.bytes_per_hour ? json(*disk.bytes_per_hour) : json()},
         {"disk_warning", disk.warning.empty() ? json() : json(disk.warning)},
         {"healed_records", m_parts.registry.healedRecords()}});
}

Result<std::string> RequestHandler::snapshot(const Request& request) {
    const auto it = request.params.find("since");
    const bool given = it != request.params.end() && it->is_number_unsigned();
    const auto changes = m_parts.registry.changesSince(given ? it->get<std::uint64_t>() : 0);
    return "{\"revision\":" + std::to_string(changes.revision) +
           ",\"more\":" + (changes.more ? "true" : "false") +
           ",\"runs\":" + jsonArray(changes.runs) + ",\"removed\":" + dump(json(changes.removed)) +
           "}";
}

void RequestHandler::series(const Request& request, const Answer& answer) {
    SeriesQuery query;
    query.run = request.text("run");
    query.series = request.text("series");
    query.from = request.number("from", 0.0);
    query.to = request.number("to", 0.0);
    const auto columns = request.number("columns", query.columns);
    const auto axis = request.params.contains("axis") ? request.text("axis") : "step";
    if (!parseAxis(axis, query.axis))
        return answer(failure(request.id, {"there is no axis '" + axis +
                                               "'; choose step, samples, epoch, time, gpu_hours "
                                               "or kwh",
                                           ExitCode::Usage}));
    if (!(columns >= 1 && columns <= kMaxColumns))
        return answer(
            failure(request.id,
                    {"columns must be from 1 to " + std::to_string(kMaxColumns), ExitCode::Usage}));
    query.columns = static_cast<int>(columns);
    const auto found = m_parts.registry.query(query);
    if (!found) return answer(failure(request.id, found.error()));
    auto parts = success(request.id, dump({{"columns", found->x.size()},
                                           {"x_first", found->x_first},
                                           {"x_last", found->x_last},
                                           {"points", found->points},
                                           {"points_total", found->points_total}}));
    parts.push_back(packColumns(*found));
    answer(std::move(parts));
}

void RequestHandler::preview(const Request& request, const Answer& answer) {
    const auto spec = specOf(request.params);
    if (!spec) return answer(failure(request.id, spec.error()));
    const bool taken = m_parts.launches.post(
        [workspace = m_parts.workspace, spec = *spec, id = request.id, answer] {
            const auto result = guarded([&]() -> Result<LaunchPreview> {
                return launch::preview(spec, workspace, launch::findTools());
            });
            return LaunchDesk::Finish([result, id, answer] {
                answer(result ? success(id, previewJson(*result)) : failure(id, result.error()));
            });
        });
    if (!taken) answer(failure(request.id, {"the hub is busy with other launches; try again"}));
}

void RequestHandler::launch(const Request& request, const Answer& answer) {
    const auto spec = specOf(request.params);
    if (!spec) return answer(failure(request.id, spec.error()));
    const bool taken = m_parts.launches.post(
        [this, workspace = m_parts.workspace, spec = *spec, id = request.id, answer] {
            const auto run = guarded([&]() -> Result<RunId> {
                return launch::start(spec, workspace, launch::findTools());
            });
            return LaunchDesk::Finish([this, run, id, answer] {
                if (!run) return answer(failure(id, run.error()));
                spdlog::info("run {}: launched", *run);
                // The answer promises that the next snapshot has it.
                if (m_parts.registry.find(*run) == nullptr)
                    spdlog::warn("run {}: its folder cannot be read yet", *run);
                answer(success(id, dump({{"run", *run}})));
            });
        });
    if (!taken) answer(failure(request.id, {"the hub is busy with other launches; try again"}));
}

Result<std::string> RequestHandler::rebuild(const Request& request) {
    const auto records = m_parts.registry.rebuild(request.text("run"));
    if (!records) return tl::unexpected(records.error());
    return dump({{"records", *records}});
}

Result<std::string> RequestHandler::command(const Request& request) {
    const auto text = request.text("command");
    const auto kind = parseCommandKind(text);
    if (!kind)
        return fail(ExitCode::Usage, "there is no command '" + text +
                                         "'; choose hold, resume, suspend, checkpoint, stop or "
                                         "evaluate");
    auto done = m_parts.commands.issue(request.text("run"), *kind, request.text("id"));
    if (!done) return tl::unexpected(done.error());
    return "{}";
}

}  // namespace wattline
