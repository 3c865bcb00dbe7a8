// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/counter_meter.h"
#include "telemetry/power/power_source.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// CPU packages, DRAM and the platform (psys) by RAPL through the kernel's powercap files (Intel,
/// and AMD's packages), each a device of its own. A package's counter leaves DRAM out; core and
/// uncore are parts of the package and not read. What psys covers differs from board to board: it
/// is never added to anything. Power is the mean since the read before. Threads: one owner.
class RaplSource final : public PowerSource {
public:
    /// Null when nothing can be read; `report` says why in either case.
    [[nodiscard]] static std::unique_ptr<RaplSource> open(const std::filesystem::path& sysfs_root,
                                                          const Clock& clock, SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;
    [[nodiscard]] std::optional<Joules> counterRange(std::size_t device) const override {
        return device < m_zones.size() ? std::optional(m_zones[device].range) : std::nullopt;
    }

private:
    struct Zone {
        std::filesystem::path energy_file;
        CounterMeter meter;
        Joules range;
    };
    explicit RaplSource(const Clock& clock) : m_clock(clock) {}
    void addZone(const std::filesystem::path& folder, const std::string& suffix, double first_uj,
                 double range_uj);

    const Clock& m_clock;
    std::vector<PowerDevice> m_devices;
    std::vector<Zone> m_zones;
};

}  // namespace wattline
