// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/core/clock.h"
#include "telemetry/power/power_source.h"
#include "telemetry/power/source_report.h"

namespace wattline {

/// HPE Cray's pm_counters: joules and watts of the node, its CPU, its memory and its accelerators,
/// made out of band ten times a second. The node contains the others. The files change together,
/// and `freshness` counts the changes: a reading is taken only when it stands still around it, so
/// that power and counter belong to one instant; a set that stays torn is a gap, and so is one that
/// has not changed for a second: whoever writes it is gone. Threads: one owner.
class PmCountersSource final : public PowerSource {
public:
    using ReadLine = std::function<std::optional<std::string>(const std::filesystem::path&)>;
    struct Options {
        std::filesystem::path sysfs_root = "/sys";
        /// False where their vendor's library reads them: one sensor for each physical thing.
        bool with_accelerators = true;
        ReadLine read_line;  ///< empty: firstLine(); tests change files between two reads
    };
    /// Null when nothing can be read; `report` says why in either case.
    [[nodiscard]] static std::unique_ptr<PmCountersSource>
    open(const Options& options, const Clock& clock, SourceReport& report);

    [[nodiscard]] const std::vector<PowerDevice>& devices() const override { return m_devices; }
    [[nodiscard]] PowerReading read(std::size_t device, ReadRequest what) override;

private:
    PmCountersSource(std::filesystem::path folder, ReadLine read_line, const Clock& clock);
    [[nodiscard]] std::optional<double> value(const std::string& file, std::string_view unit) const;
    [[nodiscard]] std::optional<double> freshness() const;
    bool add(const std::string& prefix, const std::string& suffix, const std::string& label,
             std::string_view scope);
    [[nodiscard]] bool isStale(double fresh);

    std::filesystem::path m_folder;
    ReadLine m_read_line;
    const Clock& m_clock;
    std::vector<PowerDevice> m_devices;
    std::vector<std::string> m_prefixes;  ///< of the files of m_devices[i]: "", "cpu_", "accel0_"
    std::optional<double> m_freshness;    ///< last seen
    std::int64_t m_fresh_ns = 0;          ///< when it was first seen
};

/// The number of a pm_counters file ("2304 J 1600000000 us"; empty unit: "17"), if its unit is this
/// one: a file of watts that is taken for joules would be wrong and look right.
[[nodiscard]] std::optional<double> parsePmCounter(std::string_view line, std::string_view unit);

}  // namespace wattline
