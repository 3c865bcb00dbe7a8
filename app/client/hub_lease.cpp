// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "app/client/hub_call.h"
#include "telemetry/core/host.h"

namespace wattline {

using nlohmann::json;

std::string toJson(const HubLease& lease) {
    const json object{{"host", lease.host},     {"boot_id", lease.boot_id},
                      {"pid", lease.pid},       {"start_ticks", lease.start_ticks},
                      {"term", lease.term},     {"version", lease.version},
                      {"ingest", lease.ingest}, {"client", lease.client}};
    return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<HubLease> parseHubLease(std::string_view text) {
    try {
        const auto object = json::parse(text);
        HubLease lease;
        lease.host = object.at("host").get<std::string>();
        lease.boot_id = object.at("boot_id").get<std::string>();
        lease.pid = object.at("pid").get<std::int64_t>();
        lease.start_ticks = object.at("start_ticks").get<std::uint64_t>();
        lease.term = object.at("term").get<std::uint64_t>();
        lease.version = object.value("version", "");
        lease.ingest = object.value("ingest", "");
        lease.client = object.value("client", "");
        return lease;
    } catch (const json::exception&) {
        return fail(ExitCode::Environment, "hub.json is unreadable; if no hub runs, remove it");
    }
}

Result<HubLease> readHubLease(const Workspace& workspace) {
    const auto text = readFile(workspace.hubLease());
    if (!text)
        return fail(ExitCode::Unreachable,
                    "no hub runs for the workspace " + workspace.root().string() +
                        "; 'wattline hub serve' starts one, and so does 'wattline run'");
    return parseHubLease(*text);
}

bool isAlive(const HubLease& lease) noexcept {
    try {
        return isAlive(
            ProcessIdentity{lease.boot_id, static_cast<pid_t>(lease.pid), lease.start_ticks});
    } catch (...) {
        return false;
    }
}

}  // namespace wattline
