// SPDX-License-Identifier: Apache-2.0
#include "telemetry/transport/relay_record.h"

#include "telemetry/transport/ipc_path.h"
#include "telemetry/wire/json_reader.h"

namespace wattline {

std::filesystem::path relayRecordFile(const std::filesystem::path& run_folder) {
    return run_folder / "relay" / (bootId() + ".json");
}

// The texts are our own: a boot id and a path without quotes (the socket folder's name is a hash).
std::string toJson(const RelayRecord& record) {
    return R"({"endpoint": ")" + record.endpoint + R"(", "boot_id": ")" + record.process.boot_id +
           R"(", "pid": )" + std::to_string(record.process.pid) + R"(, "start_ticks": )" +
           std::to_string(record.process.start_ticks) + "}\n";
}

Result<RelayRecord> parseRelayRecord(std::string_view text) {
    auto in = wire::JsonReader::parse(text, "a relay's record");
    if (!in) return tl::unexpected(in.error());
    RelayRecord record;
    std::int64_t pid = 0;
    std::int64_t start_ticks = 0;
    in->required("endpoint", record.endpoint);
    in->required("boot_id", record.process.boot_id);
    in->required("pid", pid);
    in->required("start_ticks", start_ticks);
    if (auto ok = in->status(); !ok) return tl::unexpected(ok.error());
    if (!ipcFile(record.endpoint))
        return fail(ExitCode::Environment, "a relay's record names no ipc endpoint");
    record.process.pid = static_cast<pid_t>(pid);
    record.process.start_ticks = static_cast<std::uint64_t>(start_ticks);
    return record;
}

}  // namespace wattline
