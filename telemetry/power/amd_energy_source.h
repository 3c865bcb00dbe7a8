// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/counter_meter.h"
#include "telemetry/power/power_source.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// CPU sockets by the kernel's amd_energy driver (hwmon; AMD EPYC, where RAPL's powercap files are
/// missing). Its counters of cores are parts of the sockets' and not read. The driver unwraps the
/// hardware's counter itself. Power is the mean since the read before. Threads: one owner.
class AmdEnergySource final : public PowerSource {
public:
    /// Null when nothing can be read; `report` says why in either case.
    [[nodiscard]] static std::unique_ptr<AmdEnergySource>
    open(const std::filesystem::path& sysfs_root, const Clock& clock, SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    struct Socket {
        std::filesystem::path energy_file;
        CounterMeter meter;
    };
    explicit AmdEnergySource(const Clock& clock) : m_clock(clock) {}
    void addSockets(const std::filesystem::path& folder, SourceReport& report);
    void addSocket(const std::filesystem::path& file, const std::string& number, double first_uj);

    const Clock& m_clock;
    std::vector<PowerDevice> m_devices;
    std::vector<Socket> m_sockets;
};

}  // namespace wattline
