// SPDX-License-Identifier: Apache-2.0
#include <ctime>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "app/client/hub_call.h"
#include "telemetry/core/host.h"

namespace wattline {

using nlohmann::json;

std::string toJson(const HubLease& lease) {
    const json object{{"host", lease.host},
                      {"boot_id", lease.boot_id},
                      {"pid", lease.pid},
                      {"start_ticks", lease.start_ticks},
                      {"term", lease.term},
                      {"version", lease.version},
                      {"ingest", lease.ingest},
                      {"client", lease.client},
                      {"ingest_tcp", lease.ingest_tcp},
                      {"client_tcp", lease.client_tcp},
                      {"server_key", lease.server_key}};
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
        lease.ingest_tcp = object.value("ingest_tcp", "");
        lease.client_tcp = object.value("client_tcp", "");
        lease.server_key = object.value("server_key", "");
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
    auto lease = parseHubLease(*text);
    if (lease) lease->keys = workspace.root() / "keys";
    return lease;
}

bool isAbandoned(const Workspace& workspace, const HubLease& lease) {
    constexpr std::time_t kForeignPatienceS = 60;
    if (lease.boot_id == bootId()) return !isAlive(lease);
    if (lease.host == hostName()) return true;  // this host, before it was rebooted
    struct stat info {};
    if (stat(workspace.hubLease().c_str(), &info) != 0) return true;
    return std::time(nullptr) - info.st_mtime > kForeignPatienceS;
}

bool isElsewhere(const HubLease& lease) {
    return lease.boot_id != bootId();
}

Result<std::unique_ptr<ClientSocket>> connectToHub(const HubLease& lease) {
    if (!isElsewhere(lease) && !lease.client.empty()) return ClientSocket::connect(lease.client);
    if (!lease.client_tcp.empty())
        return ClientSocket::connect(lease.client_tcp, KeyFolder(lease.keys));
    return fail(ExitCode::Unreachable,
                "the hub runs on " + lease.host + " and listens there only; stop it there and " +
                    "run 'wattline hub serve --listen ADDRESS', or work on " + lease.host);
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
