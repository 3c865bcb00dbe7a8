// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "telemetry/power/power_source.h"
#include "telemetry/power/rated_power.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// Time that this host's CPUs spent, in ticks, since it booted.
struct CpuTicks {
    std::uint64_t busy = 0;   ///< user, nice, system, interrupts
    std::uint64_t total = 0;  ///< with idle, waiting for I/O, and stolen by other guests
};
/// From /proc/stat; empty when its first line is not the one of all CPUs.
[[nodiscard]] std::optional<CpuTicks> parseCpuTicks(std::string_view proc_stat);

/// The CPUs of this host by a model, where no sensor can be read: utilisation since the read before
/// x rated power. Method Estimated, with the wide interval of its rated power. Threads: one owner.
class EstimateSource final : public PowerSource {
public:
    /// Null when /proc/stat cannot be read; `report` says so.
    [[nodiscard]] static std::unique_ptr<EstimateSource>
    open(const std::filesystem::path& proc_root, double rated_power_w, SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    EstimateSource(std::filesystem::path stat, const RatedPower& rated, CpuTicks first);

    std::filesystem::path m_stat;
    Watts m_rated;
    CpuTicks m_last;
    std::optional<Watts> m_last_power;
    std::vector<PowerDevice> m_devices;
};

}  // namespace wattline
