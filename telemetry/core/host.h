// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

#include "telemetry/core/result.h"

namespace wattline {

/// A host is its boot id: two containers of one kernel are one host, a rebooted host is another.
[[nodiscard]] std::string bootId();
[[nodiscard]] std::string hostName();
[[nodiscard]] std::string userName();

/// A process is (boot id, pid, start time): a pid alone may be somebody else's by now.
struct ProcessIdentity {
    std::string boot_id;
    pid_t pid = 0;
    std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat
};
[[nodiscard]] Result<ProcessIdentity> identify(pid_t pid);
[[nodiscard]] ProcessIdentity identifySelf();
/// True when exactly this process still runs on this host (a zombie does not run).
[[nodiscard]] bool isAlive(const ProcessIdentity& process) noexcept;

}  // namespace wattline
