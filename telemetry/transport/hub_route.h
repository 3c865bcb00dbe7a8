// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "telemetry/core/mutex.h"
#include "telemetry/transport/relay_record.h"
#include "telemetry/transport/zmq_socket.h"

namespace wattline {

/// Where frames go. Another process at the same address is another hub.
struct HubRoute {
    std::string endpoint;              ///< empty: nowhere to go
    std::optional<CurveClient> curve;  ///< always there on tcp
    std::string boot_id;
    std::int64_t pid = 0;
    bool operator==(const HubRoute&) const = default;
};

/// Finds the hub of a workspace for ranks, and follows it when it moves: reads `hub.json` again
/// whenever the file changes. A hub on this host (the same boot id) is reached by ipc, another one
/// by tcp, and then only with this workspace's keys: whatever hub.json says, a process that does
/// not have the secret half of keys/hub.pub is not spoken to.
/// Threads: any; many sinks may share one.
class HubFinder {
public:
    struct Options {
        std::filesystem::path lease;  ///< hub.json
        std::filesystem::path keys;   ///< empty: the folder `keys` beside the lease
        std::string boot_id;          ///< of the host that this is; empty: find out
        /// The record of this host's relay, which is preferred while it lives; empty: none
        std::filesystem::path relay;
    };
    explicit HubFinder(Options options);

    /// Where to send now. Costs one or two stat() while nothing changes.
    [[nodiscard]] HubRoute find();

private:
    /// Tells whether a file was replaced or changed since last asked, without reading it.
    class Watch {
    public:
        explicit Watch(std::filesystem::path path) : m_path(std::move(path)) {}
        [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }
        [[nodiscard]] bool changed() noexcept;

    private:
        struct Mark {
            bool there = false;
            ino_t inode = 0;
            off_t size = 0;
            time_t seconds = 0;
            long nanoseconds = 0;
            bool operator==(const Mark&) const = default;
        };
        std::filesystem::path m_path;
        Mark m_mark;
    };

    [[nodiscard]] HubRoute readLease() const;
    [[nodiscard]] std::optional<RelayRecord> readRelay() const;

    const Options m_options;
    Mutex m_mutex;
    Watch m_lease WATTLINE_GUARDED_BY(m_mutex);
    HubRoute m_route WATTLINE_GUARDED_BY(m_mutex);
    Watch m_relay_file WATTLINE_GUARDED_BY(m_mutex);
    std::optional<RelayRecord> m_relay WATTLINE_GUARDED_BY(m_mutex);
};

}  // namespace wattline
