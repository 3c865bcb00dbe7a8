// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"

namespace wattline {

/// Adds up a counter that starts again at 0 after `range`, from successive raw readings.
class WrappingCounter {
public:
    WrappingCounter(double first, double range) : m_last(first), m_range(range) {}
    /// The unwrapped value. Not more than one wrap may lie between two readings.
    double update(double raw) noexcept {
        if (raw < m_last) m_offset += m_range;
        m_last = raw;
        return m_offset + raw;
    }

private:
    double m_last;
    double m_range;
    double m_offset = 0.0;
};

/// CPU packages and DRAM by RAPL through the kernel's powercap files (Intel, and AMD's packages).
/// A package's counter leaves DRAM out; core and uncore are parts of the package and psys is the
/// whole board, so these are not read. Power is the mean since the read before.
/// Threads: one owner.
class RaplSource final : public PowerSource {
public:
    /// Null when nothing can be read; `report` says why in either case.
    [[nodiscard]] static std::unique_ptr<RaplSource> open(const std::filesystem::path& sysfs_root,
                                                          const Clock& clock, SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, bool with_counter) override;

private:
    struct Zone {
        std::filesystem::path energy_file;
        WrappingCounter counter;
        double last_j;
        std::int64_t last_ns;
        std::optional<Watts> last_power;
    };
    explicit RaplSource(const Clock& clock) : m_clock(clock) {}
    void addZone(const std::filesystem::path& folder, const std::string& name, double first_uj,
                 double range_uj, const std::string& suffix);

    const Clock& m_clock;
    std::vector<PowerDevice> m_devices;
    std::vector<Zone> m_zones;
};

}  // namespace wattline
