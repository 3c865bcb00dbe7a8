// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "telemetry/core/host.h"
#include "telemetry/simulate/simulation.h"

// The two files by which a hub knows a job, as job.sh writes them.

namespace wattline::simulate {
namespace {

using Json = nlohmann::ordered_json;

Result<void> write(const std::filesystem::path& file, const Json& record) {
    return writeFileAtomically(file,
                               record.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

template <typename T> Json orNull(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

}  // namespace

Result<void> writeJobRecord(const RunFolder& folder) {
    const auto self = identifySelf();
    return write(folder.jobRecord(), {{"boot_id", self.boot_id},
                                      {"pid", self.pid},
                                      {"start_ticks", self.start_ticks},
                                      {"started_unix_ns", systemClock().realtimeNs()}});
}

Result<void> writeExitRecord(const RunFolder& folder, const Ending& ending) {
    return write(folder.exitRecord(), {{"exit_code", ending.exit_code},
                                       {"signal", orNull(ending.signal)},
                                       {"rank", orNull(ending.rank)},
                                       {"host", ending.host},
                                       {"reason", ending.reason},
                                       {"ended_unix_ns", systemClock().realtimeNs()}});
}

}  // namespace wattline::simulate
