// SPDX-License-Identifier: Apache-2.0
#include "app/client/hub_protocol.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "telemetry/wire/messages.h"

namespace wattline {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

tl::unexpected<Error> badAnswer(std::string_view what) {
    return fail(ExitCode::Unreachable, "the hub's answer to '" + std::string(what) +
                                           "' is unreadable; is it of another version?");
}

/// Runs `decode` on the parsed text; JSON's exceptions end here.
template <typename Decode>
auto decoded(std::string_view what, std::string_view text, const Decode& decode)
    -> decltype(decode(json())) {
    try {
        return decode(json::parse(text));
    } catch (const json::exception&) {
        return badAnswer(what);
    }
}

/// JSON has no NaN: it is null there.
double numberOrNaN(const json& value) {
    return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

ExitCode exitCodeOf(const json& answer) {
    const auto code = answer.value("code", 1);
    return code >= 1 && code <= static_cast<int>(ExitCode::Integrity) ? static_cast<ExitCode>(code)
                                                                      : ExitCode::Failed;
}

}  // namespace

std::string encodeRequest(std::uint64_t id, std::string_view method, std::string_view params) {
    return "{\"id\":" + std::to_string(id) + ",\"method\":" + dump(std::string(method)) +
           ",\"params\":" + std::string(params) + "}";
}

Result<DecodedAnswer> decodeAnswer(std::vector<Bytes> parts) {
    if (parts.empty()) return badAnswer("a request");
    const auto* text = reinterpret_cast<const char*>(parts.front().data());
    const std::string_view head(text, parts.front().size());
    return decoded("a request", head, [&](const json& answer) -> Result<DecodedAnswer> {
        DecodedAnswer result{answer.at("id").get<std::uint64_t>(), HubAnswer{}};
        if (!answer.at("ok").get<bool>()) {
            result.answer = fail(exitCodeOf(answer), answer.at("error").get<std::string>());
            return result;
        }
        parts.erase(parts.begin());
        result.answer = HubAnswer{dump(answer.value("result", json::object())), std::move(parts)};
        return result;
    });
}

Result<SnapshotChanges> decodeSnapshot(std::string_view text) {
    return decoded("snapshot", text, [](const json& result) -> Result<SnapshotChanges> {
        SnapshotChanges changes;
        changes.revision = result.at("revision").get<std::uint64_t>();
        changes.more = result.value("more", false);
        changes.removed = result.at("removed").get<std::vector<RunId>>();
        for (const auto& run : result.at("runs")) {
            auto summary = wire::parseRunSummary(dump(run));
            if (!summary) return tl::unexpected(summary.error());
            changes.runs.push_back(std::move(*summary));
        }
        return changes;
    });
}

void append(SnapshotChanges& changes, SnapshotChanges page) {
    changes.revision = page.revision;
    changes.more = page.more;
    // A run that changed or went between two pages: the later page counts.
    std::set<RunId> later(page.removed.begin(), page.removed.end());
    for (const auto& run : page.runs)
        later.insert(run.spec.id);
    std::erase_if(changes.runs, [&](const auto& run) { return later.contains(run.spec.id); });
    changes.runs.insert(changes.runs.end(), std::make_move_iterator(page.runs.begin()),
                        std::make_move_iterator(page.runs.end()));
    changes.removed.insert(changes.removed.end(), page.removed.begin(), page.removed.end());
}

Result<SnapshotChanges> fetchSnapshot(const HubLease& lease, int timeout_ms) {
    SnapshotChanges changes;
    do {
        const auto since = "{\"since\":" + std::to_string(changes.revision) + "}";
        const auto answer = callHub(lease, "snapshot", since, timeout_ms);
        if (!answer) return tl::unexpected(answer.error());
        auto page = decodeSnapshot(answer->result);
        if (!page) return page;
        append(changes, std::move(*page));
    } while (changes.more);
    return changes;
}

std::string encodeSeriesParams(const SeriesQuery& query) {
    return dump({{"run", query.run},
                 {"series", query.series},
                 {"axis", name(query.axis)},
                 {"from", query.from},
                 {"to", query.to},
                 {"columns", query.columns}});
}

Result<SeriesColumns> decodeSeries(const HubAnswer& answer) {
    return decoded("series", answer.result, [&](const json& result) -> Result<SeriesColumns> {
        const auto columns = result.at("columns").get<std::size_t>();
        const std::size_t bytes = columns * sizeof(double);
        if (columns > (1U << 20) || answer.binary.size() != 1 ||
            answer.binary.front().size() != 4 * bytes)
            return badAnswer("series");
        SeriesColumns series;
        const auto* from = answer.binary.front().data();
        for (auto* column : {&series.x, &series.min, &series.max, &series.mean}) {
            column->resize(columns);
            if (bytes > 0) std::memcpy(column->data(), from, bytes);
            from += bytes;
        }
        series.x_first = numberOrNaN(result.at("x_first"));
        series.x_last = numberOrNaN(result.at("x_last"));
        series.points = result.at("points").get<std::int64_t>();
        series.points_total = result.at("points_total").get<std::int64_t>();
        return series;
    });
}

std::string encodeSpecParams(const RunSpec& spec) {
    return "{\"spec\":" + wire::toJson(spec) + "}";
}

Result<LaunchPreview> decodePreview(std::string_view text) {
    return decoded("preview", text, [](const json& result) -> Result<LaunchPreview> {
        auto spec = wire::parseRunSpec(dump(result.at("spec")));
        if (!spec) return tl::unexpected(spec.error());
        LaunchPreview preview;
        preview.spec = std::move(*spec);
        preview.learning_rate = result.at("learning_rate").get<double>();
        preview.steps_per_epoch = result.at("steps_per_epoch").get<std::int64_t>();
        preview.script = result.at("script").get<std::string>();
        preview.warnings = result.at("warnings").get<std::vector<std::string>>();
        return preview;
    });
}

Result<RunId> decodeLaunch(std::string_view text) {
    return decoded("launch", text, [](const json& result) -> Result<RunId> {
        return result.at("run").get<RunId>();
    });
}

std::string encodeCommandParams(const RunId& run, CommandKind kind, std::string_view id) {
    return dump({{"run", run}, {"command", name(kind)}, {"id", std::string(id)}});
}

std::string makeCommandId() {
    std::random_device entropy;
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%08x%08x", entropy(), entropy());
    return text.data();
}

}  // namespace wattline
