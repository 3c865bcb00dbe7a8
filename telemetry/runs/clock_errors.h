// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "telemetry/wire/messages.h"

namespace wattline {

/// How far hosts' clocks may be off each other, as far as a run shows it: by its clock frames (a
/// reading's own error, and how far UTC moved against the host's monotonic clock since its first
/// one), and by the steps, which all ranks end together: what remains between two hosts' ends of a
/// step on average is the error of their offset, and the time the last one takes. Threads: one
/// owner.
class ClockErrors {
public:
    void saw(const wire::ClockReading& reading);
    /// A step ended at `end_s` on a host and at `reference_s` on the reference host, both placed on
    /// the run's wall time.
    void sawStep(const std::string& boot_id, double end_s, double reference_s);
    /// Seconds; 0 where nothing was seen.
    [[nodiscard]] double errorS(const std::string& boot_id) const;

    template <typename Archive> void persist(Archive& archive) { archive(m_hosts); }

private:
    struct Host {
        bool has_offset = false;
        std::int64_t first_offset_ns = 0;
        std::int64_t drift_ns = 0, reading_ns = 0;  ///< the largest so far
        double step_sum_s = 0.0;
        std::int64_t steps = 0;
    };
    std::map<std::string, Host> m_hosts;
};

}  // namespace wattline
