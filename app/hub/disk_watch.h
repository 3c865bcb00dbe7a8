// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/core/disk_space.h"
#include "telemetry/core/workspace.h"

namespace wattline {

/// Looks at the workspace's disk every ten seconds while runs go on, and says so in time: when what
/// is free lasts for less than an hour at the rate at which their folders grew in the last ten
/// minutes. Threads: one owner.
class DiskWatch {
public:
    /// How the disk is looked at; tests bring their own.
    struct Probe {
        std::function<Result<DiskSpace>(const std::filesystem::path&)> space;
        std::function<std::uint64_t(const std::filesystem::path&)> use;  ///< bytes of a folder
    };
    DiskWatch(Workspace workspace, const Clock& clock, Probe probe);

    struct Report {
        std::optional<std::uint64_t> free_bytes;  ///< for this user, quota included
        std::optional<double> bytes_per_hour;  ///< of all live runs; empty: not watched long enough
        std::string warning;                   ///< one sentence; empty: no need
    };
    [[nodiscard]] bool isDue() const noexcept { return m_clock.monotonicNs() >= m_next_ns; }
    /// To be called often; costs a few system calls a journal file when it is due.
    void tend(const std::vector<RunId>& live);
    [[nodiscard]] const Report& report() const noexcept { return m_report; }

private:
    void measure(const std::vector<RunId>& live, std::int64_t now_ns);

    struct Sample {
        std::int64_t at_ns = 0;
        double grown = 0.0;  ///< bytes since the watch began
    };
    Workspace m_workspace;
    const Clock& m_clock;
    Probe m_probe;
    std::map<RunId, std::uint64_t> m_sizes;  ///< at the last look
    std::deque<Sample> m_samples;            ///< oldest first
    double m_grown = 0.0;
    Report m_report;
    std::int64_t m_next_ns = 0;
};

/// The sentence; empty while the space lasts for an hour and more.
[[nodiscard]] std::string diskWarning(std::uint64_t free_bytes, double bytes_per_hour,
                                      const std::filesystem::path& where);

}  // namespace wattline
